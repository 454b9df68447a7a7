import { type BuildRecord, readOrigin } from '../model/build-record.ts'
import type { Digest } from '../model/digest.ts'
import { dotnetVersion } from '../model/image-config.ts'
import type { Mirrors } from '../model/mirrors.ts'
import type { Platform } from '../model/platform.ts'
import type { Reference } from '../model/reference.ts'
import {
  bookmarkTag,
  currentRelease,
  nextVersion,
  type Release,
  type ReleaseLine,
  versionTag,
} from '../model/release-line.ts'
import type { Reason, Verdict } from '../model/verdict.ts'
import type { Decision } from './decision.ts'
import { explain } from './explain.ts'
import { type Facts, judge, type ReleaseFacts } from './judge.ts'
import type { Registry } from './registry.ts'
import type { Releases } from './releases.ts'

export interface CheckRequest {
  readonly line: ReleaseLine
  /** The base image with the tag to watch. */
  readonly base: Reference
  readonly platform: Platform
  readonly forced: boolean
  /** Where base images are really asked for; goes into the record. */
  readonly mirrors: Mirrors
  /** Project and run id, the same when a run is repeated. */
  readonly run: string
}

interface Outside {
  readonly registry: Registry
  readonly releases: Releases
}

/**
 * Decides whether a release line needs a new release, why, and which version it will be.
 * Asks for no more than the verdict needs: of an image that is up to date, one HEAD request to the base's registry.
 * Whatever could not be found out is thrown; doubt never means up to date.
 */
export async function checkPlatformImage(request: CheckRequest, { registry, releases }: Outside): Promise<Decision> {
  const tags = await releases.tags()
  const current = currentRelease(request.line, tags ?? new Map<string, Digest>())
  const config = current && (await releases.readConfig(current.digest))
  const origin = config && readOrigin(config.labels, request.line)
  const digest = await registry.resolve(request.base)

  const isFinished = tags?.get(bookmarkTag(request.line)) === current?.digest
  const release = current && { ...(origin && { origin }), isFinished }
  const { verdict, platformDigest } = await reachVerdict(request, release, digest, registry)
  const previousVersion = config && dotnetVersion(config)
  const found = {
    line: request.line,
    verdict,
    repositoryExists: tags !== undefined,
    ...(current && { current }),
    previousBase: {
      ...(origin && { digest: origin.baseDigest }),
      ...(previousVersion !== undefined && { version: previousVersion }),
    },
    base: { reference: request.base, digest },
  }
  const decision =
    verdict.kind === 'rebuild'
      ? { ...found, ...(await planRelease(request, verdict.reason, current, { digest, platformDigest }, registry)) }
      : found

  return { ...decision, explanation: explain(decision) }
}

/** Judges, reads what is missing, and judges again until there is a verdict. */
async function reachVerdict(
  { base, platform, forced, run }: CheckRequest,
  release: ReleaseFacts | undefined,
  digest: Digest,
  registry: Registry,
): Promise<{ verdict: Verdict; platformDigest?: Digest }> {
  let facts: Facts = { forced, run, platform, ...(release && { release }), base: { digest } }
  for (;;) {
    const judgement = judge(facts)
    if (judgement.kind !== 'undecided') return { verdict: judgement, ...facts.base }
    const platformDigest = await registry.resolvePlatform(base, digest, platform)
    facts = { ...facts, base: { digest, platformDigest } }
  }
}

/** What a rebuild needs to know: the next version, the pinned base and what is in it. */
async function planRelease(
  { line, base: reference, platform, mirrors }: CheckRequest,
  reason: Reason,
  current: Release | undefined,
  base: { readonly digest: Digest; readonly platformDigest?: Digest | undefined },
  registry: Registry,
): Promise<Pick<Decision, 'base' | 'next'>> {
  const platformDigest = base.platformDigest ?? (await registry.resolvePlatform(reference, base.digest, platform))
  const baseVersion = dotnetVersion(await registry.readConfig(reference, platformDigest))
  const version = nextVersion(current?.version, 'minor')
  const record: BuildRecord = {
    line,
    replaces: current === undefined ? 'none' : `${current.tag}@${current.digest}`,
    reason,
    platform,
    base: { reference, digest: base.digest, platformDigest },
    mirrors,
  }
  return {
    base: { reference, digest: base.digest, ...(baseVersion !== undefined && { version: baseVersion }) },
    next: { version, tag: versionTag(line, version), record },
  }
}
