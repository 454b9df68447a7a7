import { InvalidValue } from '../src/model/invalid-value.ts'
import { parseRepositoryName, parseTagPrefix, type ReleaseLine } from '../src/model/release-line.ts'
import { optionalText, suggestedText, text } from '../src/pipelines/fields.ts'
import type { Inputs } from '../src/pipelines/form.ts'
import { awsInputs } from './aws-inputs.ts'

/** Which release line, and its repository in ECR. */
export const repositoryInputs = {
  ...awsInputs,
  regionName: suggestedText(),
  registryId: optionalText(parseAccount),
  repositoryName: text(parseRepositoryName),
  tagPrefix: text(parseTagPrefix),
} as const

/** Which release line the form names; throws InvalidInput. */
export function readReleaseLine(
  inputs: Inputs<Pick<typeof repositoryInputs, 'repositoryName' | 'tagPrefix'>>,
): ReleaseLine {
  return { repositoryName: inputs.repositoryName(), tagPrefix: inputs.tagPrefix() }
}

function parseAccount(digits: string): string {
  if (/^\d{12}$/.test(digits)) return digits
  throw new InvalidValue(`is "${digits}"`, 'Give the 12 digits of an AWS account, or nothing for your own')
}
