import { parseRegion } from '../src/aws/parse-region.ts'
import type { EcrAccess } from '../src/ecr/ecr-connection.ts'
import { ecrRepository } from '../src/ecr/ecr-repository.ts'
import type { ReleaseLine } from '../src/model/release-line.ts'
import { type Inputs, namingInput } from '../src/pipelines/form.ts'
import type { StepContext } from '../src/pipelines/run-task.ts'
import type { repositoryInputs } from './repository-inputs.ts'
import { retryingHttp } from './retrying-http.ts'

/** The repository of a release line in ECR, as the inputs say that Check and Publish share; throws InvalidInput. */
export function connectRepository(
  context: StepContext & { readonly inputs: Inputs<typeof repositoryInputs> },
  { repositoryName }: ReleaseLine,
  aws: EcrAccess,
): ReturnType<typeof ecrRepository> {
  const { inputs, variable } = context
  const registryId = inputs.registryId()
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env
  const regions = [inputs.regionName(), variable('AWS.Region'), AWS_REGION, AWS_DEFAULT_REGION]
  return ecrRepository({
    repositoryName,
    region: namingInput('regionName', () => parseRegion(regions)),
    ...(registryId !== undefined && { registryId }),
    ...aws,
    http: retryingHttp(context),
    mask: context.mask,
  })
}
