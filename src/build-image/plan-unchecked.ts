import { findBase } from '../dockerfile/find-base.ts'
import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { readDockerfile } from '../dockerfile/read-dockerfile.ts'
import type { BuildPlan } from '../model/build-record.ts'
import { type Digest, shortDigest } from '../model/digest.ts'
import { invalidInput } from '../model/invalid-input.ts'
import type { BuildContext } from './build-context.ts'
import type { Log } from '../model/log.ts'
import type { Mirrors } from '../model/mirrors.ts'
import type { Platform } from '../model/platform.ts'
import { formatReference, type Reference, withImpliedTag } from '../model/reference.ts'
import { formatReleaseLine, type ReleaseLine } from '../model/release-line.ts'

/** The registry of base images, as far as a build without a check needs it. */
export interface BaseRegistry {
  /** What the tag names now. */
  resolve(reference: Reference): Promise<Digest>
  /** The manifest of one platform behind a digest. */
  resolvePlatform(reference: Reference, digest: Digest, platform: Platform): Promise<Digest>
}

export interface UncheckedBuild {
  /** The release line whose record is written; undefined where nobody says it. */
  readonly releaseLine: ReleaseLine | undefined
  readonly dockerfile: DockerfileSource
  readonly platform: Platform
  readonly target: string | undefined
  readonly buildArguments: Readonly<Record<string, string>>
  readonly mirrors: Mirrors
}

export interface UncheckedBuildPorts {
  readonly registry: BaseRegistry
  readonly buildContext: Pick<BuildContext, 'hash'>
  readonly log: Log
}

/**
 * What to build where nothing was checked: on the base as it is now. With a release line the record for it is written,
 * so that the next check has something to compare with. Throws InvalidInput where the base cannot be told.
 */
export async function planUnchecked(
  build: UncheckedBuild,
  { registry, buildContext, log }: UncheckedBuildPorts,
): Promise<BuildPlan> {
  const { releaseLine, dockerfile, platform, mirrors, target } = build
  const base = findBase(readDockerfile(dockerfile.parsed, build), target)
  if (base.kind === 'scratch') {
    const reason = `is empty, but ${dockerfile.path} is built FROM scratch, and only a check can tell which image it follows`
    throw invalidInput('buildRecord', reason, 'Give the record of a PlatformImageCheck that names its base image')
  }
  const reference = withImpliedTag(base.reference)
  const digest = await registry.resolve(reference)
  const platformDigest = await registry.resolvePlatform(reference, digest, platform)
  log.info(
    `Nothing was checked: building on ${formatReference(reference)} as it is now, ${shortDigest(digest)}. ${recordedFor(releaseLine)}`,
  )
  // The arguments of this build alone are part of no comparison.
  const buildOptions = { buildArguments: {}, ...(target !== undefined && { target }) }
  return {
    ...buildOptions,
    ...(releaseLine !== undefined && { releaseLine, contextHash: await buildContext.hash(buildOptions) }),
    replaces: { kind: 'unknown' },
    platform,
    base: { reference, digest, platformDigest },
    mirrors,
  }
}

function recordedFor(releaseLine: ReleaseLine | undefined): string {
  return releaseLine === undefined
    ? 'No release line is named, so a later check can judge the image by its layers alone: give "repositoryName" and "tagPrefix" to write a record.'
    : `It is recorded for ${formatReleaseLine(releaseLine)}.`
}
