import { parseAwsConnection } from '../src/aws/aws-settings.ts'
import { ecrCredentials } from '../src/ecr/ecr-sign-in.ts'
import { type HttpClient, httpClient } from '../src/http/http-client.ts'
import { readNetwork } from '../src/http/network.ts'
import { formatRetry, withRetries } from '../src/http/retry.ts'
import type { TaskContext } from '../src/pipelines/run-task.ts'
import { connectionCredentials, firstOf } from '../src/registry/connection-credentials.ts'
import { dockerConfigCredentials } from '../src/registry/docker-config.ts'
import type { CredentialsSource } from '../src/registry/sign-in.ts'

/** HTTP that asks again while a host is busy or out of reach, and says so. */
export function patientHttp({ log, signal, variable }: Pick<TaskContext, 'log' | 'signal' | 'variable'>): HttpClient {
  return withRetries(httpClient({ signal, network: readNetwork(variable) }), {
    signal,
    onRetry: (retry) => {
      log.info(formatRetry(retry))
    },
  })
}

/**
 * Credentials of private base registries: the connection of the form; for images in ECR the AWS connection; Docker's own
 * configuration on the agent; for images in ECR the agent's own AWS credentials.
 */
export function baseCredentials({ connection, mask, log, signal }: TaskContext): CredentialsSource {
  const fields = connection('baseRegistryConnection')
  const chosen = fields === undefined ? [] : [connectionCredentials('baseRegistryConnection', fields, mask)]
  const aws = connection('awsCredentials')
  const ecr = ecrCredentials({ credentials: parseAwsConnection(aws), mask, signal })
  const docker = dockerConfigCredentials({
    environment: process.env,
    mask,
    debug: (line) => {
      log.debug(line)
    },
  })
  return aws === undefined ? firstOf(...chosen, docker, ecr) : firstOf(...chosen, ecr, docker)
}
