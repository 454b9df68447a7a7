import { type Origin, readOrigin } from '../model/build-record.ts'
import type { Digest } from '../model/digest.ts'
import { invalidInput } from '../model/invalid-input.ts'
import type { LocalImage } from '../model/local-image.ts'
import { isHigher, type Release, type ReleaseLine, type Version, versionTag } from '../model/release-line.ts'
import { isLocalName } from '../ownership/local-name.ts'
import { compareWithCurrentRelease, type KnownRelease, type ReleaseComparison } from './compare-with-current-release.ts'
import type { ReadPorts } from './ports.ts'
import { PublishError } from './publish-error.ts'
import { listTags, readCurrent, readStoredOrigin } from './read-repository.ts'
import type { ReadableRepository } from './repository.ts'

/** An image, and the version that it is to be. */
export interface VersionToPublish {
  readonly releaseLine: ReleaseLine
  readonly version: Version
  /** Local name of the image, and what the engine knows of it. */
  readonly name: string
  readonly image: LocalImage
}

/** The version is in the repository. */
export interface EnsuredVersion {
  readonly release: Release
  /** Who pushed it; an attempt whose answer got lost counts as an earlier one. */
  readonly by: 'this attempt' | 'an earlier attempt' | 'another run'
  /** Where every tag stood a moment ago. */
  readonly tags: ReadonlyMap<string, Digest>
}

/** How the line stands, and the version where it is there already. */
export interface VersionLookup {
  readonly state: ReleaseComparison['kind']
  readonly published?: EnsuredVersion
  /** Where every tag of the repository stands. */
  readonly tags: ReadonlyMap<string, Digest>
}

/** Throws an Error where the version can neither be published nor is there already. */
export async function lookUpVersion(wanted: VersionToPublish, ports: ReadPorts): Promise<VersionLookup> {
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
      return { state: state.kind, tags, published: { release: state.release, by: 'an earlier attempt', tags } }
    case 'equal':
      log.info(`${state.release.tag} was published by another run meanwhile, of the same base and context`)
      return { state: state.kind, tags, published: { release: state.release, by: 'another run', tags } }
    case 'superseded':
      if (current !== undefined && (await isOfSameRun(wanted, tags.get(tag), ports))) {
        log.info(`${tag} was published by this run already, and ${current.release.tag} since; its floating tags follow`)
        return { state: state.kind, tags, published: { release: current.release, by: 'another run', tags } }
      }
      throw new PublishError({ what: 'superseded', tag, expected: state.expected, found: state.found })
    case 'as-checked':
      break
    case 'unknown': {
      const release = current?.release
      if (release?.tag === tag && (await isImage(image, release.digest, repository))) {
        log.info(`${tag} holds this very image already; its floating tags follow`)
        return { state: state.kind, tags, published: { release, by: 'an earlier attempt', tags } }
      }
    }
  }
  requireFree(wanted, tags, current)
  return { state: state.kind, tags }
}

function requireFree(
  { releaseLine, version }: VersionToPublish,
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

/** Labels are inherited: those of an image that BuildTest did not make, as its name tells, say nothing about it. */
export function originOf({ name, image, releaseLine }: VersionToPublish): Origin | undefined {
  return isLocalName(name) ? readOrigin({ labels: image.labels }, releaseLine) : undefined
}

/** Whether a version that the line has passed by was made by the run that made this image. */
async function isOfSameRun(
  wanted: VersionToPublish,
  stored: Digest | undefined,
  { repository }: ReadPorts,
): Promise<boolean> {
  const run = originOf(wanted)?.run
  if (run === undefined || stored === undefined) return false
  return (await readStoredOrigin(wanted.releaseLine, stored, repository))?.run === run
}

/** Engines take an image's configuration, or its manifest, for its id. */
async function isImage({ id }: LocalImage, digest: Digest, repository: ReadableRepository): Promise<boolean> {
  return id === digest || id === (await repository.readConfigDigest(digest))
}
