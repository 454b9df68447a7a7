import { SignInError } from '../src/aws/sign-in-error.ts'
import { EcrError } from '../src/ecr/ecr-error.ts'
import { InvalidInput } from '../src/model/invalid-input.ts'

const inputsOfAccess: readonly string[] = ['awsCredentials', 'regionName']

/**
 * Whether an error says that ECR cannot be asked at all: no credentials, no permission, no region, no answer. The run of
 * a pull request from a fork has no secrets and no service connections, and a validation goes on without them.
 */
export function isOutOfReach(error: unknown): boolean {
  if (error instanceof SignInError) return true
  if (error instanceof EcrError) return error.isOfAccess
  return error instanceof InvalidInput && error.mistake !== 'invalid' && inputsOfAccess.includes(error.field)
}
