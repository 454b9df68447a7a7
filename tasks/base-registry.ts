import type { EcrAccess } from '../src/ecr/ecr-connection.ts'
import { ecrCredentials } from '../src/ecr/ecr-sign-in.ts'
import { type Mirrors, parseMirrors } from '../src/model/mirrors.ts'
import { type Inputs, namingInput } from '../src/pipelines/form.ts'
import type { StepContext } from '../src/pipelines/run-task.ts'
import { firstOf } from '../src/registry/connection-credentials.ts'
import { dockerConfigCredentials } from '../src/registry/docker-config.ts'
import type { CredentialsSource } from '../src/registry/sign-in.ts'
import type { baseInputs } from './base-inputs.ts'

type BaseInputs = Inputs<typeof baseInputs>

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
  context: Pick<StepContext, 'log' | 'mask'> & {
    readonly inputs: Pick<BaseInputs, 'awsCredentials' | 'baseRegistryConnection'>
  },
  aws: EcrAccess,
): CredentialsSource {
  const { inputs, mask, log } = context
  const chosen = inputs.baseRegistryConnection()
  const ecr = ecrCredentials(aws, mask)
  const docker = dockerConfigCredentials({
    environment: process.env,
    mask,
    debug: (line) => {
      log.debug(line)
    },
  })
  return firstOf(
    ...(chosen === undefined ? [] : [chosen]),
    ...(inputs.awsCredentials() === undefined ? [docker, ecr] : [ecr, docker]),
  )
}
