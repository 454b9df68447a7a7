import { type HttpClient, httpClient } from '../src/http/http-client.ts'
import { readNetwork } from '../src/http/network.ts'
import { formatRetry, type RetryOptions, withRetries } from '../src/http/retry.ts'
import type { StepContext } from '../src/pipelines/run-task.ts'

/** HTTP that asks again while a host is busy or out of reach, and says so. */
export function retryingHttp(context: Pick<StepContext, 'log' | 'signal' | 'variable'>): HttpClient {
  const { signal, variable } = context
  return withRetries(httpClient({ signal, network: readNetwork(variable) }), retryOptions(context))
}

/** How long to wait for others, and how to say so. */
export function retryOptions({ log, signal }: Pick<StepContext, 'log' | 'signal'>): RetryOptions {
  return {
    signal,
    onRetry: (retry) => {
      log.info(formatRetry(retry))
    },
  }
}
