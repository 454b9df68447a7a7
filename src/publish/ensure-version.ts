import { readOrigin } from '../model/build-record.ts'
import { type Digest, shortDigest } from '../model/digest.ts'
import { InputError } from '../model/input-error.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Log } from '../model/log.ts'
import { formatReference, parseReference } from '../model/reference.ts'
import {
  currentRelease,
  isHigher,
  type Release,
  type ReleaseLine,
  type Version,
  versionTag,
} from '../model/release-line.ts'
import { compareLine, type KnownRelease, type LineState } from './compare-line.ts'
import { explainRefusal, mayPass } from './explain-refusal.ts'
import { type ImageStore, PushRefusedError } from './image-store.ts'
import { pushVersion } from './push-version.ts'
import type { Repository } from './repository.ts'

export interface WantedVersion {
  readonly line: ReleaseLine
  readonly version: Version
  /** Local name of the image, and what the engine knows of it. */
  readonly name: string
  readonly image: LocalImage
  readonly repositoryUri: string
}

/** The version is in the repository. */
export interface EnsuredVersion {
  readonly release: Release
  readonly by: 'this attempt' | 'an earlier attempt' | 'another run'
  /** Where every tag stood a moment ago. */
  readonly tags: ReadonlyMap<string, Digest>
}

interface Outside {
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
export async function ensureVersion(wanted: WantedVersion, outside: Outside): Promise<EnsuredVersion> {
  const before = await lookAtLine(wanted, outside)
  if (before.there !== undefined) return before.there
  if (before.state === 'unknown') {
    outside.log.warning(
      `${wanted.name} carries no record of a check, so only the tag tells whether ${targetOf(wanted).tag} is free.`,
    )
  }
  for (let push = 1; ; push += 1) {
    try {
      const digest = await pushVersion(wanted, targetOf(wanted), outside)
      return await readBack(wanted, digest, outside)
    } catch (error) {
      if (!(error instanceof PushRefusedError)) throw error
      const there = await lookAgain(wanted, error, outside)
      if (there !== undefined) return there
      if (push === maxPushes || !mayPass(error.refusal)) {
        throw new Error(`${error.message} ${explainRefusal(error.refusal)} No tag was set or moved.`, { cause: error })
      }
      outside.log.info(`${error.message} Trying again`)
      await outside.pause(firstPause * push)
    }
  }
}

function targetOf({ line, version, repositoryUri }: WantedVersion) {
  return { ...parseReference(repositoryUri), tag: versionTag(line, version) }
}

/** How the line stands, and the version where it is there already. */
interface Look {
  readonly state: LineState['kind']
  readonly there?: EnsuredVersion
}

/** Throws an Error where the version can neither be published nor is there already. */
async function lookAtLine(wanted: WantedVersion, { repository, log }: Outside): Promise<Look> {
  const { line, version, image } = wanted
  const tag = versionTag(line, version)
  const tags = await listTags(repository)
  const current = await readCurrent(line, tags, repository)
  const state = compareLine(readOrigin(image.labels, line), current)
  switch (state.kind) {
    case 'published':
      log.info(`${state.release.tag} was published by an earlier attempt of this run; its floating tags follow`)
      return { state: state.kind, there: { release: state.release, by: 'an earlier attempt', tags } }
    case 'equal':
      log.info(`${state.release.tag} was published by another run meanwhile, of the same base and context`)
      return { state: state.kind, there: { release: state.release, by: 'another run', tags } }
    case 'superseded':
      throw new Error(
        `Cannot publish ${tag}: the check saw ${state.expected}, but the newest release is now ${state.found}. Nothing was pushed. Run the pipeline again.`,
      )
    case 'as-checked':
      break
    case 'unknown': {
      const digest = tags.get(tag)
      if (digest !== undefined && (await isImage(image, digest, repository))) {
        log.info(`${tag} holds this very image already; its floating tags follow`)
        return { state: state.kind, there: { release: { version, tag, digest }, by: 'an earlier attempt', tags } }
      }
    }
  }
  requireFree(wanted, tags, current)
  return { state: state.kind }
}

function requireFree(
  { line, version }: WantedVersion,
  tags: ReadonlyMap<string, Digest>,
  current?: KnownRelease,
): void {
  const tag = versionTag(line, version)
  if (tags.has(tag)) {
    throw new Error(
      `Cannot publish ${tag}: the tag is taken by another image. Nothing was pushed. Run the check again for the next version.`,
    )
  }
  if (current !== undefined && !isHigher(version, current.release.version)) {
    throw new InputError(
      'versionTag',
      `is "${tag}", but the line has ${current.release.tag} already. Versions only climb: give the check's nextTag.`,
    )
  }
}

/** What counts is what the repository has, and not what the engine says of it. */
async function readBack(wanted: WantedVersion, digest: Digest, { repository, log }: Outside): Promise<EnsuredVersion> {
  const { line, version, image } = wanted
  const target = targetOf(wanted)
  const tags = await listTags(repository)
  const stored = tags.get(target.tag)
  if (stored === undefined) {
    throw new Error(`Pushed ${target.tag} as ${digest}, but the repository has no such tag. Run the pipeline again.`)
  }
  const release = { version, tag: target.tag, digest: stored }
  const origin = readOrigin((await repository.readConfig(stored)).labels, line)
  const state = compareLine(readOrigin(image.labels, line), { release, origin })
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
  log.info(`Pushed ${formatReference(target)}  ${shortDigest(stored)}`)
  return { release, by: 'this attempt', tags }
}

/** Either on its way in an engine that two publishers share, or in a repository whose versions can be overwritten. */
function overwrittenError({ tag, digest: stored }: Release, pushed: Digest): Error {
  return new Error(
    `Pushed ${tag} as ${pushed}, but the repository has ${stored}, the image of another publisher that met this one. No floating tag was moved. Make version tags immutable, and run the pipeline again.`,
  )
}

/** After a push that failed: the line tells whether somebody was faster, or only the answer got lost. */
async function lookAgain(
  wanted: WantedVersion,
  { message, refusal }: PushRefusedError,
  outside: Outside,
): Promise<EnsuredVersion | undefined> {
  try {
    return (await lookAtLine(wanted, outside)).there
  } catch (error) {
    if (refusal === 'tag-frozen') throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${message} ${explainRefusal(refusal)} Looking at the line again: ${reason}`, { cause: error })
  }
}

async function listTags(repository: Repository): Promise<ReadonlyMap<string, Digest>> {
  return (await repository.tags()) ?? new Map<string, Digest>()
}

async function readCurrent(
  line: ReleaseLine,
  tags: ReadonlyMap<string, Digest>,
  repository: Repository,
): Promise<KnownRelease | undefined> {
  const release = currentRelease(line, tags)
  if (release === undefined) return undefined
  const { labels } = await repository.readConfig(release.digest)
  return { release, origin: readOrigin(labels, line) }
}

/** Engines take an image's configuration, or its manifest, for its id. */
async function isImage({ id }: LocalImage, digest: Digest, repository: Repository): Promise<boolean> {
  return id === digest || id === (await repository.readConfigDigest(digest))
}
