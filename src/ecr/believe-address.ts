import { ecrEndpoint } from '../aws/endpoints.ts'
import { accountOfRegistry, regionOfRegistry } from '../aws/partitions.ts'
import { isLoopback, mayLeadTo } from '../model/safe-address.ts'
import type { EcrConnection } from './ecr-connection.ts'
import { EcrError } from './ecr-error.ts'

/**
 * Throws EcrError unless an address of ECR's answer, `<registry>/<repository>`, is that of the repository: in a registry
 * of the region, and of the account that is wanted where that is known. A registry on this machine is believed only where
 * ECR itself is asked on this machine. The password for ECR goes there.
 */
export function requireOwnAddress(ecr: EcrConnection, uri: string): void {
  const slash = uri.indexOf('/')
  const registry = uri.slice(0, slash)
  const { repositoryName, registryId } = ecr.repository
  const isOfEcr =
    regionOfRegistry(registry) === ecr.region &&
    (registryId === undefined || accountOfRegistry(registry) === registryId)
  const isOnThisMachine = isLoopback(registry) && isLoopback(ecrEndpoint(ecr.region, process.env).host)
  if (uri.slice(slash + 1) === repositoryName && (isOfEcr || isOnThisMachine)) return
  throw new EcrError(`describe the ${ecr.place}`, { what: 'not-believed', field: 'repositoryUri' })
}

/** Throws EcrError where a repository's registry is of another account than the caller's, and nobody named that one. */
export function requireOwnAccount(ecr: EcrConnection, registry: string, endpoint: string): void {
  const own = accountOfRegistry(URL.canParse(endpoint) ? new URL(endpoint).host : '')
  if (ecr.repository.registryId !== undefined || own === accountOfRegistry(registry)) return
  throw new EcrError(`sign in to ECR in ${ecr.region}`, { what: 'not-believed', field: 'proxyEndpoint' })
}

/** Throws EcrError where the content of an image is said to be at an address that an answer of ECR must not lead to. */
export function requireStorageAddress(ecr: EcrConnection, attempted: string, url: string): void {
  if (URL.canParse(url) && mayLeadTo(ecrEndpoint(ecr.region, process.env), new URL(url))) return
  throw new EcrError(attempted, { what: 'not-believed', field: 'downloadUrl' })
}
