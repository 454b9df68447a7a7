import { regionOfRegistry } from '../aws/partitions.ts'
import type { RegistryCredentials } from '../model/credentials.ts'
import { connectRegion, type EcrAccess } from './ecr-connection.ts'
import { type Authorization, readAuthorization } from './read-authorization.ts'

/**
 * What registries of ECR ask for, read with AWS credentials and once a region; undefined for every other registry.
 * `mask` hides a secret in the log before it is used. Throws EcrError or SignInError where AWS gives no token.
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
