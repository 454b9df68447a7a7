import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import type { AwsCredentials } from '../aws/aws-settings.ts'
import type { RegistryCredentials } from '../model/credentials.ts'
import { connectRegion, type RegionConnection } from './ecr-connection.ts'
import { EcrError } from './ecr-error.ts'

export interface EcrSignIn {
  readonly credentials: AwsCredentials
  /** Registers a secret with the log before it is used. */
  readonly mask: (secret: string) => void
  /** Ends every request at once. */
  readonly signal?: AbortSignal
}

/**
 * What registries of ECR ask for, read with AWS credentials and once a region; undefined for every other registry.
 * Throws EcrError where AWS gives no token.
 */
export function ecrCredentials({ credentials, mask, signal }: EcrSignIn) {
  const known = new Map<string, Promise<RegistryCredentials>>()
  return async (registry: string): Promise<RegistryCredentials | undefined> => {
    const region = regionOfRegistry(registry)
    if (region === undefined) return undefined
    const found = known.get(region) ?? readToken(connectRegion(region, credentials, signal), mask)
    known.set(region, found)
    return found
  }
}

/** A user name and a password that are good for 12 hours, and for every registry that the caller may use. */
export async function readToken(ecr: RegionConnection, mask: (secret: string) => void): Promise<RegistryCredentials> {
  const answer = await ecr.ask(`sign in to ECR in ${ecr.region}`, (client, options) =>
    client.send(new GetAuthorizationTokenCommand({}), options),
  )
  const token = answer?.authorizationData?.[0]?.authorizationToken ?? ''
  const plain = Buffer.from(token, 'base64').toString('utf8')
  const colon = plain.indexOf(':')
  if (colon === -1) throw new EcrError('InvalidToken', `ECR in ${ecr.region} gave no authorization token.`)
  mask(token)
  mask(plain.slice(colon + 1))
  return { username: plain.slice(0, colon), password: plain.slice(colon + 1) }
}

/**
 * The region in the name of a private registry of ECR. The domains are Amazon's own, all of them: a token must not go
 * to a host that only looks like one.
 * https://docs.aws.amazon.com/general/latest/gr/ecr.html
 */
export function regionOfRegistry(registry: string): string | undefined {
  return /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z]{2,}(?:-[a-z]+)+-\d+)\.(?:amazonaws\.(?:com|com\.cn|eu)|on\.aws|on\.amazonwebservices\.(?:com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)$/.exec(
    registry,
  )?.[1]
}
