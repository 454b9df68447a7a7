import type { Log } from '../model/log.ts'
import { type ReleaseLine, type Version, versionTag } from '../model/release-line.ts'
import { keepsTag, type TagSettings } from '../model/tag-settings.ts'
import { howToProtect, versionPattern } from './advise-settings.ts'
import { refuseFrozenTags } from './plan-tags.ts'
import { PublishError } from './publish-error.ts'
import type { Repository, RepositoryDetails, RepositorySettings } from './repository.ts'

/** What becomes of a repository that does not exist yet. */
export interface CreationWishes extends Omit<RepositorySettings, 'tagSettings'> {
  readonly createRepository: boolean
  readonly versionTagsImmutable: boolean
}

export interface EnsureRepositoryRequest extends CreationWishes {
  readonly releaseLine: ReleaseLine
  readonly version: Version
  readonly floating: readonly string[]
  /** Whether `latest` is among them because the input of that name says so. */
  readonly tagAsLatest: boolean
}

export interface EnsuredRepository {
  /** Of one that the push has to create, no more than where that goes. */
  readonly details: RepositoryDetails
  readonly creation: 'none' | 'done' | 'by-push'
}

/**
 * Finds the repository or creates it. The settings of one that exists are never changed; where they leave the line's
 * versions unprotected, that is told. Throws InvalidInput, before anything is created, for floating tags that the
 * settings would keep from ever moving.
 */
export async function ensureRepository(
  request: EnsureRepositoryRequest,
  ports: { readonly repository: Repository; readonly log: Log },
): Promise<EnsuredRepository> {
  const there = await ports.repository.describe()
  const settings = there?.tagSettings ?? settingsOf(request)
  refuseFrozenTags(request, settings)
  const opened: EnsuredRepository =
    there === undefined ? await create(request, settings, ports) : { details: there, creation: 'none' }
  // Who created it meanwhile may have had other settings in mind.
  refuseFrozenTags(request, opened.details.tagSettings)
  if (opened.creation !== 'by-push') tellProtection(request, opened, ports.log)
  return opened
}

/** The settings of a repository that is created. */
export function settingsOf({
  releaseLine,
  version,
  versionTagsImmutable,
}: Pick<EnsureRepositoryRequest, 'releaseLine' | 'version' | 'versionTagsImmutable'>): TagSettings {
  return { tags: 'movable', exceptions: versionTagsImmutable ? [versionPattern(releaseLine, version)] : [] }
}

async function create(
  { releaseLine, createRepository, scanOnPush, encryptionKey, resourceTags }: EnsureRepositoryRequest,
  tagSettings: TagSettings,
  { repository, log }: { readonly repository: Repository; readonly log: Log },
): Promise<EnsuredRepository> {
  if (!createRepository) {
    const uri = await repository.expectedUri()
    const { repositoryName } = releaseLine
    if (uri === undefined) throw new PublishError({ what: 'no-repository', repositoryName })
    log.info(`The repository ${repositoryName} does not exist, and "createRepository" is false: the push may create it`)
    return { details: { uri, tagSettings: { tags: 'movable', exceptions: [] } }, creation: 'by-push' }
  }
  const { details, isNew } = await repository.create({
    tagSettings,
    scanOnPush,
    ...(encryptionKey !== undefined && { encryptionKey }),
    resourceTags,
  })
  log.info(isNew ? `Created the repository ${details.uri}` : `The repository ${details.uri} was created meanwhile`)
  return { details, creation: isNew ? 'done' : 'none' }
}

function tellProtection(request: EnsureRepositoryRequest, { details, creation }: EnsuredRepository, log: Log): void {
  const { releaseLine, version, versionTagsImmutable } = request
  if (keepsTag(details.tagSettings, versionTag(releaseLine, version))) return
  const pattern = versionPattern(releaseLine, version)
  const advice = `To keep versions where they are, ${howToProtect(pattern, details.tagSettings)}.`
  if (creation === 'none') log.info(`The versions ${pattern} of ${details.uri} can be overwritten. ${advice}`)
  else if (versionTagsImmutable) {
    log.warning(`ECR created ${details.uri} without immutable tags: this region does not take the setting. ${advice}`)
  }
}
