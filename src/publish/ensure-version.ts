import { type Origin, readOrigin } from '../model/build-record.ts'
import { type Digest, shortDigest } from '../model/digest.ts'
import { InputError } from '../model/input-error.ts'
import type { LocalImage } from '../model/local-image.ts'
import { isLocalName } from '../ownership/local-name.ts'
import type { Log } from '../model/log.ts'
import { formatReference, parseReference } from '../model/reference.ts'
import { isHigher, type Release, type ReleaseLine, type Version, versionTag } from '../model/release-line.ts'
import { compareWithCurrentRelease, type KnownRelease, type ReleaseComparison } from './compare-with-current-release.ts'
import { explainRefusal, mayPass } from './explain-refusal.ts'
import { type ImageStore, PushRefusedError } from './image-store.ts'
import { pushVersion } from './push-version.ts'
import { listTags, readCurrent, readStoredOrigin } from './read-repository.ts'
import type { Repository } from './repository.ts'
import { withPublishProgress } from './publish-progress.ts'

export interface WantedVersion {
  readonly releaseLine: ReleaseLine
  readonly version: Version
  /** Local name of the image, and what the engine knows of it. */
  readonly name: string
  readonly image: LocalImage
  readonly repositoryUri: string
}

/** The version is in the repository. */
export interface EnsuredVersion {
  readonly release: Release
  /** Who pushed it; an attempt whose answer got lost counts as an earlier one. */
  readonly by: 'this attempt' | 'an earlier attempt' | 'another run'
  /** Where every tag stood a moment ago. */
  readonly tags: ReadonlyMap<string, Digest>
}

interface PublishPorts {
  readonly repository: Repository
  readonly store: ImageStore
  readonly log: Log
  /** Lets some time pass; milliseconds. */
  readonly pause: (duration: number) => Promise<void>
}

const maxPushes = 3
const firstPause = 2000

/**
 * Publishes the version, unless it is there already: from an earlier attempt of this run, or with the same content from
 * another run. Throws an Error where the line has moved on otherwise; then nothing was changed. The line is looked at
 * before the push, when the push fails (somebody may have been faster, or only the answer got lost), and after it. What
 * may pass is tried again: engines repeat the layers of a push, but not its end.
 */
export async function ensureVersion(wanted: WantedVersion, ports: PublishPorts): Promise<EnsuredVersion> {
  const before = await lookUpVersion(wanted, ports)
  if (before.there !== undefined) return before.there
  if (before.state === 'unknown') {
    ports.log.warning(
      `${wanted.name} carries no record of a check, so only the tag tells whether ${targetOf(wanted).tag} is free.`,
    )
  }
  const target = targetOf(wanted)
  for (let push = 1; ; push += 1) {
    try {
      const digest = await pushVersion(wanted, target, ports)
      ports.log.info(`Pushed ${formatReference(target)}  ${shortDigest(digest)}`)
      return await readBack(wanted, digest, ports)
    } catch (error) {
      if (!(error instanceof PushRefusedError)) throw error
      const published = await lookUpAfterRefusal(wanted, error, ports)
      if (published !== undefined) return published
      if (push === maxPushes || !mayPass(error.refusal)) {
        throw new Error(`${error.message} ${explainRefusal(error.refusal)} No tag was set or moved.`, { cause: error })
      }
      ports.log.info(`${error.message} Trying again`)
      await ports.pause(firstPause * push)
    }
  }
}

function targetOf({ releaseLine, version, repositoryUri }: WantedVersion) {
  return { ...parseReference(repositoryUri), tag: versionTag(releaseLine, version) }
}

/** Labels are inherited: those of an image that BuildTest did not make, as its name tells, say nothing about it. */
function originOf({ name, image, releaseLine }: WantedVersion): Origin | undefined {
  return isLocalName(name) ? readOrigin(image.labels, releaseLine) : undefined
}

/** How the line stands, and the version where it is there already. */
interface VersionLookup {
  readonly state: ReleaseComparison['kind']
  readonly there?: EnsuredVersion
}

/** Throws an Error where the version can neither be published nor is there already. */
async function lookUpVersion(wanted: WantedVersion, { repository, log }: PublishPorts): Promise<VersionLookup> {
  const { releaseLine, version, image } = wanted
  const tag = versionTag(releaseLine, version)
  const tags = await listTags(repository)
  const current = await readCurrent(releaseLine, tags, repository)
  const origin = originOf(wanted)
  const state = compareWithCurrentRelease(origin, current)
  switch (state.kind) {
    case 'published':
      log.info(`${state.release.tag} was published by this run already; its floating tags follow`)
      return { state: state.kind, there: { release: state.release, by: 'an earlier attempt', tags } }
    case 'equal':
      log.info(`${state.release.tag} was published by another run meanwhile, of the same base and context`)
      return { state: state.kind, there: { release: state.release, by: 'another run', tags } }
    case 'superseded':
      if (current !== undefined && (await isOfRun(origin, tags.get(tag), releaseLine, repository))) {
        log.info(`${tag} was published by this run already, and ${current.release.tag} since; its floating tags follow`)
        return { state: state.kind, there: { release: current.release, by: 'another run', tags } }
      }
      throw new Error(
        `Cannot publish ${tag}: the check saw ${state.expected}, but the newest release is now ${state.found}. Nothing was pushed. Run the pipeline again.`,
      )
    case 'as-checked':
      break
    case 'unknown': {
      const release = current?.release
      if (release?.tag === tag && (await isImage(image, release.digest, repository))) {
        log.info(`${tag} holds this very image already; its floating tags follow`)
        return { state: state.kind, there: { release, by: 'an earlier attempt', tags } }
      }
    }
  }
  requireFree(wanted, tags, current)
  return { state: state.kind }
}

function requireFree(
  { releaseLine, version }: WantedVersion,
  tags: ReadonlyMap<string, Digest>,
  current?: KnownRelease,
): void {
  const tag = versionTag(releaseLine, version)
  if (current !== undefined && isHigher(current.release.version, version)) {
    throw new InputError(
      'versionTag',
      `is "${tag}", but the line has ${current.release.tag} already. Versions only climb: give the check's nextTag.`,
    )
  }
  if (tags.has(tag)) {
    throw new Error(
      `Cannot publish ${tag}: the tag is taken by another image. Nothing was pushed. Run the check again for the next version.`,
    )
  }
}

/** What counts is what the repository has, and not what the engine says of it. */
async function readBack(
  wanted: WantedVersion,
  digest: Digest,
  { repository, log }: PublishPorts,
): Promise<EnsuredVersion> {
  const { releaseLine, version } = wanted
  const tag = versionTag(releaseLine, version)
  const pushed = { tag, moves: [] }
  const tags = await withPublishProgress(pushed, () => listTags(repository))
  const stored = tags.get(tag)
  if (stored === undefined) {
    throw new Error(`Pushed ${tag} as ${digest}, but the repository has no such tag. Run the pipeline again.`)
  }
  const release = { version, tag, digest: stored }
  const origin = await withPublishProgress(pushed, () => readStoredOrigin(releaseLine, stored, repository))
  const state = compareWithCurrentRelease(originOf(wanted), { release, origin })
  switch (state.kind) {
    case 'published':
    case 'as-checked':
      break
    case 'unknown':
      if (stored !== digest) throw overwrittenError(release, digest)
      break
    case 'equal':
      log.info(`${release.tag} is another run's, of the same base and context`)
      return { release, by: 'another run', tags }
    case 'superseded':
      throw overwrittenError(release, digest)
  }
  return { release, by: 'this attempt', tags }
}

/** Either on its way in an engine that two publishers share, or in a repository whose versions can be overwritten. */
function overwrittenError({ tag, digest: stored }: Release, pushed: Digest): Error {
  return new Error(
    `Pushed ${tag} as ${pushed}, but the repository has ${stored}, the image of another publisher that met this one. No floating tag was moved. Make version tags immutable, and run the pipeline again.`,
  )
}

/** After a push that failed: the line tells whether somebody was faster, or only the answer got lost. */
async function lookUpAfterRefusal(
  wanted: WantedVersion,
  { message, refusal }: PushRefusedError,
  ports: PublishPorts,
): Promise<EnsuredVersion | undefined> {
  try {
    return (await lookUpVersion(wanted, ports)).there
  } catch (error) {
    if (refusal === 'tag-frozen') throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${message} ${explainRefusal(refusal)} Looking at the line again: ${reason}`, { cause: error })
  }
}

/** Whether a version that the line has passed by was made by the run that made this image. */
async function isOfRun(
  image: Origin | undefined,
  stored: Digest | undefined,
  releaseLine: ReleaseLine,
  repository: Repository,
): Promise<boolean> {
  if (image === undefined || image.run === '' || stored === undefined) return false
  return (await readStoredOrigin(releaseLine, stored, repository))?.run === image.run
}

/** Engines take an image's configuration, or its manifest, for its id. */
async function isImage({ id }: LocalImage, digest: Digest, repository: Repository): Promise<boolean> {
  return id === digest || id === (await repository.readConfigDigest(digest))
}
