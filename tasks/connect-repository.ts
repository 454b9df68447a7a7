import { parseRegion } from '../src/aws/aws-settings.ts'
import { ecrRepository } from '../src/ecr/ecr-repository.ts'
import { InputError } from '../src/model/input-error.ts'
import { parseReleaseLine, type ReleaseLine } from '../src/model/release-line.ts'
import type { TaskContext } from '../src/pipelines/run-task.ts'
import { awsAccess, retryingHttp } from './base-registry.ts'

/** Reads the inputs that Check and Publish share: which release line, and its repository in ECR. */
export function connectRepository(context: TaskContext): {
  releaseLine: ReleaseLine
  repository: ReturnType<typeof ecrRepository>
} {
  const { inputs, variable, connection } = context
  const releaseLine = parseReleaseLine(inputs.text('repositoryName'), inputs.text('tagPrefix'))
  const registryId = inputs.optionalText('registryId')
  if (registryId !== undefined && !/^\d{12}$/.test(registryId)) {
    throw new InputError(
      'registryId',
      `is "${registryId}". Give the 12 digits of an AWS account, or nothing for your own.`,
    )
  }
  const repository = ecrRepository({
    repositoryName: releaseLine.repositoryName,
    region: parseRegion([
      inputs.optionalText('regionName'),
      variable('AWS.Region'),
      process.env.AWS_REGION,
      process.env.AWS_DEFAULT_REGION,
    ]),
    ...(registryId !== undefined && { registryId }),
    ...awsAccess(connection('awsCredentials'), context),
    http: retryingHttp(context),
    mask: context.mask,
  })
  return { releaseLine, repository }
}
