import { readOrigin, recordedLine } from '../model/build-record.ts'
import { type Digest, shortDigest } from '../model/digest.ts'
import { InputError } from '../model/input-error.ts'
import type { LocalImage } from '../model/local-image.ts'
import { isLocalName } from '../model/local-name.ts'
import type { Log } from '../model/log.ts'
import { formatReference, parseReference, type Reference } from '../model/reference.ts'
import {
  bookmarkTag,
  currentRelease,
  formatReleaseLine,
  isHigher,
  type Release,
  type ReleaseLine,
  type Version,
  versionTag,
} from '../model/release-line.ts'
import { compareLine } from './compare-line.ts'
import type { ImageStore } from './image-store.ts'
import { planFloatingTags, type TagWishes } from './plan-tags.ts'
import { ImmutableTagError, type Repository, type RepositoryDetails } from './repository.ts'

export interface PublishRequest extends TagWishes {
  readonly line: ReleaseLine
  /** Local name of the image. */
  readonly image: string
  readonly version: Version
  readonly createRepository: boolean
}

/** What is in the repository now. */
export interface Published {
  readonly repositoryUri: string
  readonly repositoryCreated: boolean
  readonly versionTag: string
  readonly digest: Digest
  /** The version tag and the floating tags, in the order in which they were set. */
  readonly tags: readonly string[]
  readonly createdAt: Date
  /** Whether people should hear of it: a release was made or finished, not only `latest` repaired. */
  readonly isNews: boolean
}

interface Outside {
  readonly repository: Repository
  readonly store: ImageStore
  readonly log: Log
}

/**
 * Pushes an image under its version tag, then moves the floating tags, the bookmark last. Safe to run again at any
 * point: what an earlier attempt of the same run published is finished, and a line that moved since the check is left
 * as it is, with an error that names both releases.
 */
export async function publishImage(request: PublishRequest, outside: Outside): Promise<Published> {
  const floating = planFloatingTags(request)
  const image = await findImage(request, outside.store)

  const { details, created } = await openRepository(request, outside)
  const release = await ensureVersion(request, image, details, outside)
  await moveTags(request.line, floating, release, outside)
  return outcome({ details, created, release, floating, isNews: true }, outside.repository)
}

/** Moves the floating tags and the bookmark to the line's highest release; pushes nothing. */
export async function retagRelease(
  request: TagWishes & { readonly line: ReleaseLine },
  outside: Pick<Outside, 'repository' | 'log'>,
): Promise<Published> {
  const floating = planFloatingTags(request)
  const details = await outside.repository.describe()
  const release = currentRelease(request.line, (await outside.repository.tags()) ?? new Map<string, Digest>())
  if (details === undefined || release === undefined) {
    throw new Error(`${formatReleaseLine(request.line)} has no release whose tags could be moved. Run the check again.`)
  }
  const bookmark = await moveTags(request.line, floating, release, outside)
  return outcome({ details, created: false, release, floating, isNews: bookmark === 'moved' }, outside.repository)
}

interface Done {
  readonly details: RepositoryDetails
  readonly created: boolean
  readonly release: Release
  readonly floating: readonly string[]
  readonly isNews: boolean
}

async function outcome(
  { details, created, release, floating, isNews }: Done,
  repository: Repository,
): Promise<Published> {
  return {
    repositoryUri: details.uri,
    repositoryCreated: created,
    versionTag: release.tag,
    digest: release.digest,
    tags: [release.tag, ...floating],
    createdAt: await repository.pushedAt(release.digest),
    isNews,
  }
}

async function findImage({ image: name, line }: PublishRequest, store: ImageStore): Promise<LocalImage> {
  const image = await store.inspect(name)
  if (image === undefined) {
    throw new InputError('image', `is "${name}", which is not in this agent's engine. Build and publish in one job.`)
  }
  const madeFor = recordedLine(image.labels)
  if (isLocalName(name) && madeFor !== undefined && madeFor !== formatReleaseLine(line)) {
    throw new InputError(
      'image',
      `was built for ${madeFor}, not for ${formatReleaseLine(line)}. Check repositoryName and tagPrefix.`,
    )
  }
  return image
}

async function openRepository(
  { line, createRepository }: PublishRequest,
  { repository, log }: Outside,
): Promise<{ details: RepositoryDetails; created: boolean }> {
  const there = await repository.describe()
  if (there !== undefined) return { details: there, created: false }
  if (!createRepository) {
    throw new Error(
      `The repository ${line.repositoryName} does not exist. Create it, or set the input "createRepository" to true.`,
    )
  }
  const details = await repository.create({ scanOnPush: true, immutableTags: `${line.tagPrefix}-*.*` })
  log.info(`Created the repository ${details.uri}; version tags ${line.tagPrefix}-*.* cannot be overwritten`)
  return { details, created: true }
}

/** Publishes the version, unless an earlier attempt of this run did. */
async function ensureVersion(
  request: PublishRequest,
  image: LocalImage,
  { uri }: RepositoryDetails,
  outside: Outside,
): Promise<Release> {
  const { line, image: name, version } = request
  const tag = versionTag(line, version)
  const tags = (await outside.repository.tags()) ?? new Map<string, Digest>()
  const current = await readCurrent(line, tags, outside.repository)
  const state = compareLine(readOrigin(image.labels, line), current)
  switch (state.kind) {
    case 'published':
      outside.log.info(`${state.release.tag} was published by an earlier attempt of this run; its floating tags follow`)
      return state.release
    case 'superseded':
      throw new Error(
        `Cannot publish ${tag}: the check saw ${state.expected}, but the newest release is now ${state.found}. Nothing was pushed. Run the pipeline again.`,
      )
    case 'unknown':
      outside.log.warning(`${name} carries no record of a check, so only the tag tells whether ${tag} is free.`)
      break
    case 'as-checked':
      break
  }
  if (tags.has(tag)) {
    throw new Error(
      `Cannot publish ${tag}: the tag is taken. Nothing was pushed. Run the check again for the next version.`,
    )
  }
  if (current !== undefined && !isHigher(version, current.release.version)) {
    throw new InputError(
      'versionTag',
      `is "${tag}", but the line has ${current.release.tag} already. Versions only climb: give the check's nextTag.`,
    )
  }
  const digest = await pushVersion(request, { ...parseReference(uri), tag }, outside)
  return { version, tag, digest }
}

async function readCurrent(line: ReleaseLine, tags: ReadonlyMap<string, Digest>, repository: Repository) {
  const release = currentRelease(line, tags)
  if (release === undefined) return undefined
  const { labels } = await repository.readConfig(release.digest)
  return { release, origin: readOrigin(labels, line) }
}

/** Pushes, and reads the tag back: what counts is what the repository has. */
async function pushVersion(
  { image: name }: PublishRequest,
  target: Reference & { readonly tag: string },
  { repository, store, log }: Outside,
): Promise<Digest> {
  const credentials = await repository.credentials()
  const digest = await store.push({ name, target, credentials })
  const stored = (await repository.tags())?.get(target.tag)
  if (stored !== digest) {
    throw new Error(
      `Pushed ${target.tag} as ${digest}, but the repository has ${stored ?? 'no such tag'}. Another publisher may have overwritten it: make version tags immutable.`,
    )
  }
  log.info(`Pushed ${formatReference(target)}  ${shortDigest(digest)}`)
  return digest
}

type TagOutcome = 'moved' | 'unchanged' | 'refused'

/**
 * One after the other; a tag that cannot move is reported when all others have. The bookmark comes last and only if
 * nothing was refused, so that a later run still finds the publish unfinished. A bookmark that itself cannot move is
 * no failure: nobody pulls by it. Gives what became of the bookmark.
 */
async function moveTags(
  line: ReleaseLine,
  floating: readonly string[],
  release: Release,
  { repository, log }: Pick<Outside, 'repository' | 'log'>,
): Promise<TagOutcome> {
  const move = async (tag: string): Promise<TagOutcome> => {
    try {
      const result = await repository.pointTag(tag, release.digest)
      log.info(`${tag}  ${result === 'moved' ? '->' : 'already on'} ${release.tag}`)
      return result
    } catch (error) {
      if (error instanceof ImmutableTagError) return 'refused'
      throw error
    }
  }

  const refused: string[] = []
  for (const tag of floating) if ((await move(tag)) === 'refused') refused.push(tag)
  if (refused.length > 0) {
    throw new Error(
      `${release.tag} is published, but ${refused.join(', ')} cannot move: the repository's settings make these tags immutable. Exclude them from immutability, then run again.`,
    )
  }
  const bookmark = bookmarkTag(line)
  const outcomeOfBookmark = await move(bookmark)
  if (outcomeOfBookmark === 'refused') {
    log.warning(
      `${bookmark} cannot move, so an interrupted publish of this line will go unseen. Exclude ${bookmark} from the repository's immutable tags.`,
    )
  }
  return outcomeOfBookmark
}
