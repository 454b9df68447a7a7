import type { AwsCredentials } from '../src/aws/aws-settings.ts'
import type { EcrAccess } from '../src/ecr/ecr-connection.ts'
import { ecrCredentials } from '../src/ecr/ecr-sign-in.ts'
import { type HttpClient, httpClient } from '../src/http/http-client.ts'
import { readNetwork } from '../src/http/network.ts'
import { outgoingAgent } from '../src/http/outgoing-agent.ts'
import { formatRetry, type RetryOptions, withRetries } from '../src/http/retry.ts'
import { type Mirrors, parseMirrors } from '../src/model/mirrors.ts'
import { type Inputs, namingInput } from '../src/pipelines/form.ts'
import type { StepContext } from '../src/pipelines/run-task.ts'
import { firstOf } from '../src/registry/connection-credentials.ts'
import { dockerConfigCredentials } from '../src/registry/docker-config.ts'
import type { CredentialsSource } from '../src/registry/sign-in.ts'
import type { baseInputs } from './base-inputs.ts'

type BaseInputs = Inputs<typeof baseInputs>

/** HTTP that asks again while a host is busy or out of reach, and says so. */
export function retryingHttp({ log, signal, variable }: Pick<StepContext, 'log' | 'signal' | 'variable'>): HttpClient {
  return withRetries(httpClient({ signal, network: readNetwork(variable) }), retryOptions({ log, signal }))
}

/** Asks AWS by the credentials of a connection, else as the agent itself. */
export function awsAccess(
  credentials: AwsCredentials = { kind: 'ambient' },
  { log, signal, variable }: Pick<StepContext, 'log' | 'signal' | 'variable'>,
): EcrAccess {
  return {
    credentials,
    signal,
    httpsAgent: outgoingAgent(readNetwork(variable)),
    retries: retryOptions({ log, signal }),
  }
}

function retryOptions({ log, signal }: Pick<StepContext, 'log' | 'signal'>): RetryOptions {
  return {
    signal,
    onRetry: (retry) => {
      log.info(formatRetry(retry))
    },
  }
}

/** The input, else the variable `PlatformImage.RegistryMirrors`, which a project sets once for all its pipelines. */
export function readMirrors({
  inputs,
  variable,
}: Pick<StepContext, 'variable'> & { readonly inputs: Pick<BaseInputs, 'registryMirrors'> }): Mirrors {
  const ofProject = () => (variable('PlatformImage.RegistryMirrors') ?? '').split(/[\s,]+/).filter(Boolean)
  return inputs.registryMirrors() ?? namingInput('registryMirrors', () => parseMirrors(ofProject()))
}

/**
 * Credentials of private base registries: the connection of the form; for images in ECR the AWS connection; Docker's own
 * configuration on the agent; for images in ECR the agent's own AWS credentials.
 */
export function baseCredentials(
  context: Pick<StepContext, 'log' | 'signal' | 'variable' | 'mask'> & {
    readonly inputs: Pick<BaseInputs, 'awsCredentials' | 'baseRegistryConnection'>
  },
): CredentialsSource {
  const { inputs, mask, log } = context
  const chosen = inputs.baseRegistryConnection()
  const aws = inputs.awsCredentials()
  const ecr = ecrCredentials(awsAccess(aws, context), mask)
  const docker = dockerConfigCredentials({
    environment: process.env,
    mask,
    debug: (line) => {
      log.debug(line)
    },
  })
  return firstOf(...(chosen === undefined ? [] : [chosen]), ...(aws === undefined ? [docker, ecr] : [ecr, docker]))
}
