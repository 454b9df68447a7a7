import { InvalidValue } from '../model/invalid-value.ts'
import { partitionOf } from './partitions.ts'

/**
 * The region, from the input, else the variable `AWS.Region`, else the agent's environment. Throws InvalidValue where
 * there is none, or where no partition of AWS has such a region.
 */
export function parseRegion(candidates: readonly (string | undefined)[]): string {
  const region = candidates
    .map((candidate) => candidate?.trim().toLowerCase() ?? '')
    .find((candidate) => candidate !== '')
  if (region === undefined) {
    throw new InvalidValue(
      'is empty, and neither the variable AWS.Region nor AWS_REGION is set',
      'Give a region, such as eu-west-1',
      { mistake: 'missing' },
    )
  }
  if (partitionOf(region) === undefined) {
    throw new InvalidValue(`is "${region}", which is not a region of AWS`, 'Give one such as eu-west-1')
  }
  return region
}
