import type { RegistryCredentials } from '../model/credentials.ts'
import { connectRegion, type EcrAccess } from './ecr-connection.ts'
import { type Authorization, readAuthorization } from './read-authorization.ts'

/**
 * What registries of ECR ask for, read with AWS credentials and once a region; undefined for every other registry.
 * `mask` hides a secret in the log before it is used. Throws EcrError where AWS gives no token.
 */
export function ecrCredentials(access: EcrAccess, mask: (secret: string) => void) {
  const known = new Map<string, Promise<Authorization>>()
  return async (registry: string): Promise<RegistryCredentials | undefined> => {
    const region = regionOfRegistry(registry)
    if (region === undefined) return undefined
    const found = known.get(region) ?? readAuthorization(connectRegion(region, access), mask)
    known.set(region, found)
    return (await found).credentials
  }
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
