import { type Origin, readOrigin } from '../model/build-record.ts'
import { type Digest, shortDigest } from '../model/digest.ts'
import { InvalidInput, invalidInput } from '../model/invalid-input.ts'
import type { LocalImage } from '../model/local-image.ts'
import { isLocalName } from '../ownership/local-name.ts'
import { formatReference, parseReference } from '../model/reference.ts'
import { isHigher, type Release, type ReleaseLine, type Version, versionTag } from '../model/release-line.ts'
import { compareWithCurrentRelease, type KnownRelease, type ReleaseComparison } from './compare-with-current-release.ts'
import { pauseAfter } from './pause-after.ts'
import { PushRefusedError } from './image-store.ts'
import { pushVersion } from './push-version.ts'
import { listTags, readCurrent, readStoredOrigin } from './read-repository.ts'
import { PublishError, withPublishProgress } from './publish-error.ts'
import type { Repository } from './repository.ts'
import type { PublishPorts } from './ports.ts'

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

/**
 * Publishes the version, unless it is there already: from an earlier attempt of this run, or with the same content from
 * another run. Throws an Error where the line has moved on otherwise; then nothing was changed. The line is looked at
 * before the push, when the push fails (somebody may have been faster, or only the answer got lost), and after it. What
 * may pass is tried again: engines repeat the layers of a push, but not its end.
 */
export async function ensureVersion(wanted: WantedVersion, ports: PublishPorts): Promise<EnsuredVersion> {
  const before = await lookUpVersion(wanted, ports)
  if (before.published !== undefined) return before.published
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
      const pause = pauseAfter(error.refusal, push)
      if (pause === undefined) throw new PublishError({ what: 'push-refused', refused: error }, { cause: error })
      ports.log.info(`Trying again: cannot ${error.operation}: ${error.words}`)
      await ports.pause(pause)
    }
  }
}

function targetOf({ releaseLine, version, repositoryUri }: WantedVersion) {
  return { ...parseReference(repositoryUri), tag: versionTag(releaseLine, version) }
}

/** Labels are inherited: those of an image that BuildTest did not make, as its name tells, say nothing about it. */
function originOf({ name, image, releaseLine }: WantedVersion): Origin | undefined {
  return isLocalName(name) ? readOrigin({ labels: image.labels }, releaseLine) : undefined
}

/** How the line stands, and the version where it is there already. */
interface VersionLookup {
  readonly state: ReleaseComparison['kind']
  readonly published?: EnsuredVersion
}

/** Throws an Error where the version can neither be published nor is there already. */
async function lookUpVersion(wanted: WantedVersion, ports: PublishPorts): Promise<VersionLookup> {
  const { repository, log } = ports
  const { releaseLine, version, image } = wanted
  const tag = versionTag(releaseLine, version)
  const tags = await listTags(repository)
  const current = await readCurrent(releaseLine, tags, repository)
  const origin = originOf(wanted)
  const state = compareWithCurrentRelease(origin, current)
  switch (state.kind) {
    case 'published':
      log.info(`${state.release.tag} was published by this run already; its floating tags follow`)
      return { state: state.kind, published: { release: state.release, by: 'an earlier attempt', tags } }
    case 'equal':
      log.info(`${state.release.tag} was published by another run meanwhile, of the same base and context`)
      return { state: state.kind, published: { release: state.release, by: 'another run', tags } }
    case 'superseded':
      if (current !== undefined && (await isOfSameRun(wanted, tags.get(tag), ports))) {
        log.info(`${tag} was published by this run already, and ${current.release.tag} since; its floating tags follow`)
        return { state: state.kind, published: { release: current.release, by: 'another run', tags } }
      }
      throw new PublishError({ what: 'superseded', tag, expected: state.expected, found: state.found })
    case 'as-checked':
      break
    case 'unknown': {
      const release = current?.release
      if (release?.tag === tag && (await isImage(image, release.digest, repository))) {
        log.info(`${tag} holds this very image already; its floating tags follow`)
        return { state: state.kind, published: { release, by: 'an earlier attempt', tags } }
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
    const reason = `is "${tag}", but ${current.release.tag} is published already, and versions only climb`
    throw invalidInput('versionTag', reason, "Give the check's output nextTag")
  }
  if (tags.has(tag)) {
    throw new PublishError({ what: 'tag-taken', tag })
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
    throw new PublishError({ what: 'tag-missing', tag, pushed: digest })
  }
  const release = { version, tag, digest: stored }
  const origin = await withPublishProgress(pushed, () => readStoredOrigin(releaseLine, stored, repository))
  const state = compareWithCurrentRelease(originOf(wanted), { release, origin })
  switch (state.kind) {
    case 'published':
    case 'as-checked':
      break
    case 'unknown':
      if (stored !== digest) throw new PublishError({ what: 'overwritten', release, pushed: digest, after: 'push' })
      break
    case 'equal':
      log.info(`${release.tag} is another run's, of the same base and context`)
      return { release, by: 'another run', tags }
    case 'superseded':
      throw new PublishError({ what: 'overwritten', release, pushed: digest, after: 'push' })
  }
  return { release, by: 'this attempt', tags }
}

/** After a push that failed: the line tells whether somebody was faster, or only the answer got lost. */
async function lookUpAfterRefusal(
  wanted: WantedVersion,
  refused: PushRefusedError,
  ports: PublishPorts,
): Promise<EnsuredVersion | undefined> {
  try {
    return (await lookUpVersion(wanted, ports)).published
  } catch (error) {
    // What the look found out counts more than the push: only where there was no look, the outcome is unknown.
    if (refused.refusal === 'tag-frozen' || error instanceof PublishError || error instanceof InvalidInput) throw error
    throw new PublishError({ what: 'outcome-unknown', refused, why: error }, { cause: error })
  }
}

/** Whether a version that the line has passed by was made by the run that made this image. */
async function isOfSameRun(
  wanted: WantedVersion,
  stored: Digest | undefined,
  { repository }: PublishPorts,
): Promise<boolean> {
  const run = originOf(wanted)?.run
  if (run === undefined || stored === undefined) return false
  return (await readStoredOrigin(wanted.releaseLine, stored, repository))?.run === run
}

/** Engines take an image's configuration, or its manifest, for its id. */
async function isImage({ id }: LocalImage, digest: Digest, repository: Repository): Promise<boolean> {
  return id === digest || id === (await repository.readConfigDigest(digest))
}
