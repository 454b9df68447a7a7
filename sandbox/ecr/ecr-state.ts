import type { Caller, Identities } from '../iam/identities.ts'
import type { AuthorizationTokens } from './authorization-tokens.ts'
import type { BackingRegistry } from './backing-registry.ts'
import { EcrError, noSuchRepository } from './ecr-error.ts'
import type { LayerDownloads } from './layer-downloads.ts'
import type { Repository } from './repository.ts'
import type { TagMutability } from './tag-mutability.ts'

/** One account's registry in one region: what the API and the `/v2` gate share. */
export interface EcrState {
  /** Twelve digits; ECR calls it the registry's id. */
  readonly account: string
  readonly region: string
  /** `localhost:<port>`, in front of the repository in every image reference. */
  readonly host: string
  /** Who may ask. */
  readonly identities: Identities
  readonly clock: () => Date
  readonly repositories: Map<string, Repository>
  readonly tokens: AuthorizationTokens
  readonly registry: BackingRegistry
  readonly downloads: LayerDownloads
  /** The settings of repositories that their first push creates; undefined: they have to be created before. */
  readonly createOnPush: TagMutability | undefined
  /** Whether a request may ask for another account or region: it then finds the same repositories. */
  readonly playsEveryRegistry: boolean
}

/** The state as one caller's request finds it. */
export type Called = EcrState & { readonly caller: Caller }

/** The repository that a request names. Throws RepositoryNotFoundException, also for any other account's registry. */
export function requireRepository(
  { repositories, account }: EcrState,
  { registryId = account, repositoryName }: { registryId?: string | undefined; repositoryName: string },
): Repository {
  const repository = registryId === account ? repositories.get(repositoryName) : undefined
  if (repository !== undefined) return repository
  throw new EcrError('RepositoryNotFoundException', noSuchRepository(repositoryName, registryId))
}

/** Instants in AWS JSON 1.1: seconds since 1970, with milliseconds as fraction. */
export function epochSeconds(at: Date): number {
  return at.getTime() / 1000
}
