import { type AwsConnection, parseAwsConnection } from '../src/aws/aws-settings.ts'
import type { EcrAccess } from '../src/ecr/ecr-connection.ts'
import { ecrCredentials } from '../src/ecr/ecr-sign-in.ts'
import { type HttpClient, httpClient } from '../src/http/http-client.ts'
import { readNetwork } from '../src/http/network.ts'
import { outgoingAgent } from '../src/http/outgoing-agent.ts'
import { formatRetry, type RetryOptions, withRetries } from '../src/http/retry.ts'
import type { TaskContext } from '../src/pipelines/run-task.ts'
import { connectionCredentials, firstOf } from '../src/registry/connection-credentials.ts'
import { dockerConfigCredentials } from '../src/registry/docker-config.ts'
import type { CredentialsSource } from '../src/registry/sign-in.ts'

/** HTTP that asks again while a host is busy or out of reach, and says so. */
export function retryingHttp({ log, signal, variable }: Pick<TaskContext, 'log' | 'signal' | 'variable'>): HttpClient {
  return withRetries(httpClient({ signal, network: readNetwork(variable) }), retryOptions({ log, signal }))
}

/** Asks AWS by the fields of a connection, else as the agent itself. */
export function awsAccess(fields: AwsConnection | undefined, { log, signal, variable }: TaskContext): EcrAccess {
  return {
    credentials: parseAwsConnection(fields),
    signal,
    httpsAgent: outgoingAgent(readNetwork(variable)),
    retries: retryOptions({ log, signal }),
  }
}

function retryOptions({ log, signal }: Pick<TaskContext, 'log' | 'signal'>): RetryOptions {
  return {
    signal,
    onRetry: (retry) => {
      log.info(formatRetry(retry))
    },
  }
}

/**
 * Credentials of private base registries: the connection of the form; for images in ECR the AWS connection; Docker's own
 * configuration on the agent; for images in ECR the agent's own AWS credentials.
 */
export function baseCredentials(context: TaskContext): CredentialsSource {
  const { connection, mask, log } = context
  const fields = connection('baseRegistryConnection')
  const chosen = fields === undefined ? [] : [connectionCredentials('baseRegistryConnection', fields, mask)]
  const aws = connection('awsCredentials')
  const ecr = ecrCredentials(awsAccess(aws, context), mask)
  const docker = dockerConfigCredentials({
    environment: process.env,
    mask,
    debug: (line) => {
      log.debug(line)
    },
  })
  return aws === undefined ? firstOf(...chosen, docker, ecr) : firstOf(...chosen, ecr, docker)
}
