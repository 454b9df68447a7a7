import { httpClient } from '../src/http/http-client.ts'
import { formatRetry, withRetries } from '../src/http/retry.ts'
import type { HttpClient } from '../src/http/http-client.ts'
import type { TaskContext } from '../src/pipelines/run-task.ts'
import { connectionCredentials, firstOf } from '../src/registry/connection-credentials.ts'
import { dockerConfigCredentials } from '../src/registry/docker-config.ts'
import type { CredentialsSource } from '../src/registry/sign-in.ts'

/** HTTP that asks again while a host is busy or out of reach, and says so. */
export function patientHttp({ log, signal }: Pick<TaskContext, 'log' | 'signal'>): HttpClient {
  return withRetries(httpClient({ signal }), {
    signal,
    onRetry: (retry) => {
      log.info(formatRetry(retry))
    },
  })
}

/** Credentials of private base registries: the connection of the form, else Docker's own configuration on the agent. */
export function baseCredentials({ connection, mask, log }: TaskContext): CredentialsSource {
  const fields = connection('baseRegistryConnection')
  return firstOf(
    ...(fields === undefined ? [] : [connectionCredentials('baseRegistryConnection', fields, mask)]),
    dockerConfigCredentials({
      environment: process.env,
      mask,
      debug: (line) => {
        log.debug(line)
      },
    }),
  )
}
