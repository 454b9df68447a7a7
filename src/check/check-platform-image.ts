import { type BuildRecord, type Origin, readOrigin } from '../model/build-record.ts'
import { compareLayers, dotnetVersion, type ImageConfig, UnreadableImageError } from '../model/image-config.ts'
import type { Mirrors } from '../model/mirrors.ts'
import type { Platform } from '../model/platform.ts'
import { formatReference, type Reference } from '../model/reference.ts'
import {
  bookmarkTag,
  currentRelease,
  nextVersion,
  type Release,
  type ReleaseLine,
  type VersionBump,
  versionTag,
} from '../model/release-line.ts'
import type { Reason, Verdict } from '../model/verdict.ts'
import { advise } from './advise.ts'
import { chooseBump } from './choose-bump.ts'
import type { Decision, NextRelease, PreviousBase } from './decision.ts'
import { explain } from './explain.ts'
import { type Facts, isComparable, judge, type Need } from './judge.ts'
import { locateTags } from './locate-tags.ts'
import type { Policy } from './policy.ts'
import type { Registry } from './registry.ts'
import type { Releases } from './releases.ts'

export interface CheckRequest {
  readonly releaseLine: ReleaseLine
  /** The base image with the tag to watch. */
  readonly base: Reference
  /** False where the final stage begins from scratch: then layers tell nothing about the base. */
  readonly standsOnBase: boolean
  readonly platform: Platform
  readonly forced: boolean
  readonly policy: Policy
  /** Which part of the version a new release raises; `auto` goes by what changed. */
  readonly bump: VersionBump | 'auto'
  /** What the image is made of, beside its context; goes into the record. The Dockerfile's path is as it was given. */
  readonly dockerfile?: string
  readonly target?: string
  readonly buildArguments: Readonly<Record<string, string>>
  /** Where base images are really asked for; goes into the record. */
  readonly mirrors: Mirrors
  /** Project and run id, the same when a run is repeated. */
  readonly run: string
  /** Whether this is not the run's first attempt. */
  readonly isRepeated: boolean
}

/** What the check asks of the outside. */
export interface CheckPorts {
  readonly registry: Registry
  readonly releases: Releases
  /** When the base's tag moved last, by Microsoft's catalogue. */
  readonly movedAt: (base: Reference, platform: Platform) => Promise<Date>
  /** The hash of what a build would take now; undefined where there are no sources to read. */
  readonly hashContext: (() => Promise<string>) | undefined
  readonly now: Date
}

/**
 * Decides whether a release line needs a new release, why, and which version it will be.
 * Asks for no more than the verdict needs: of an image that is up to date, one HEAD request to the base's registry.
 * Whatever could not be found out is thrown; doubt never means up to date.
 */
export async function checkPlatformImage(request: CheckRequest, ports: CheckPorts): Promise<Decision> {
  const releaseLine = await readReleaseLine(request, ports)
  const { verdict, facts } = await reachVerdict(request, releaseLine, ports)

  const previousVersion = releaseLine.config && dotnetVersion(releaseLine.config)
  const found = {
    releaseLine: request.releaseLine,
    verdict,
    repositoryExists: releaseLine.repositoryExists,
    ...(releaseLine.current && { current: releaseLine.current }),
    previousBase: {
      ...(facts.release?.origin && recordedBase(facts.release.origin)),
      ...(previousVersion !== undefined && { version: previousVersion }),
    },
    base: {
      reference: request.base,
      platform: request.platform,
      ...(facts.base.digest && { digest: facts.base.digest }),
    },
  }
  const decision =
    verdict.kind === 'rebuild'
      ? { ...found, ...(await planRelease(request, verdict.reason, releaseLine, facts, ports)) }
      : found
  return { ...decision, explanation: explain(decision), notes: advise(decision, facts) }
}

function recordedBase({ baseName: name, platform, baseDigest: digest }: Origin): PreviousBase {
  return { ...(name !== '' && { name }), ...(platform !== '' && { platform }), digest }
}

/** What the repository tells about the line. */
interface ReleaseLineState {
  readonly repositoryExists: boolean
  readonly current?: Release
  /** Of the highest release. */
  readonly config?: ImageConfig
  readonly release?: Facts['release']
}

async function readReleaseLine({ releaseLine }: CheckRequest, { releases }: CheckPorts): Promise<ReleaseLineState> {
  const listing = await releases.list()
  const current = listing && currentRelease(releaseLine, listing.tags)
  if (listing === undefined || current === undefined) return { repositoryExists: listing !== undefined }

  const config = await readConfig(current, releases)
  const origin = config && readOrigin(config.labels, releaseLine)
  const pushedAt = listing.pushedAt.get(current.digest)
  if (pushedAt === undefined) throw new Error(`ECR does not say when ${current.tag} was pushed.`)
  const release = { ...(origin && { origin }), pushedAt, ...locateTags(releaseLine, current, listing.tags) }
  return { repositoryExists: true, current, ...(config && { config }), release }
}

/** Undefined where what is stored under the tag is no image; then the policy for unknown origins decides. */
async function readConfig({ digest }: Release, releases: Releases): Promise<ImageConfig | undefined> {
  try {
    return await releases.readConfig(digest)
  } catch (error) {
    if (error instanceof UnreadableImageError) return undefined
    throw error
  }
}

/** Judges, reads what is missing, and judges again until there is a verdict. */
async function reachVerdict(
  request: CheckRequest,
  releaseLine: ReleaseLineState,
  ports: CheckPorts,
): Promise<{ verdict: Verdict; facts: Facts }> {
  let facts = startingFacts(request, releaseLine, ports)
  const asked = new Set<Need>()
  for (;;) {
    const judgement = judge(facts)
    switch (judgement.kind) {
      case 'undecided':
        if (asked.has(judgement.needs)) throw new Error(`The check read the ${judgement.needs} and still wants it.`)
        asked.add(judgement.needs)
        facts = { ...facts, ...(await learn(judgement.needs, facts, request, releaseLine, ports)) }
        break
      case 'unverifiable':
        throw new Error(
          `Cannot tell whether ${releaseLine.current?.tag ?? ''} is built on ${formatReference(request.base)}: it carries no record, and its layers do not compare. Set the input "whenUnverifiable" to rebuild or keep.`,
        )
      case 'rebuild':
      case 'retag':
      case 'up-to-date':
        return { verdict: judgement, facts }
    }
  }
}

function startingFacts(request: CheckRequest, { release }: ReleaseLineState, ports: CheckPorts): Facts {
  const { forced, run, isRepeated, platform, base, policy } = request
  const rebuildOnContextChange = policy.rebuildOnContextChange && ports.hashContext !== undefined
  return {
    forced,
    run,
    isRepeated,
    platform,
    baseName: formatReference(base),
    policy: { ...policy, rebuildOnContextChange },
    now: ports.now,
    ...(release && { release }),
    base: {},
  }
}

/** Reads one thing more. */
async function learn(
  need: Need,
  facts: Facts,
  request: CheckRequest,
  releaseLine: ReleaseLineState,
  ports: CheckPorts,
): Promise<Partial<Facts>> {
  const { registry, releases, hashContext, movedAt } = ports
  switch (need) {
    case 'base-digest':
      return { base: { ...facts.base, digest: await registry.resolve(request.base) } }
    case 'platform-digest':
      return { base: await resolveBaseDigests(facts, request, registry) }
    case 'layers': {
      if (!request.standsOnBase || releaseLine.config === undefined) {
        return { base: { ...facts.base, comparison: 'not-comparable' } }
      }
      const base = await resolveBaseDigests(facts, request, registry)
      const config = await registry.readConfig(request.base, base.platformDigest)
      return { base: { ...base, comparison: compareLayers(releaseLine.config, config) } }
    }
    case 'moved-at':
      return { base: { ...facts.base, movedAt: await movedAt(request.base, request.platform) } }
    case 'context-hash':
      return hashContext === undefined ? {} : { contextHash: await hashContext() }
    case 'bookmark-frozen': {
      const isBookmarkFrozen = await releases.isFrozen(bookmarkTag(request.releaseLine))
      return facts.release === undefined ? {} : { release: { ...facts.release, isBookmarkFrozen } }
    }
    case 'latest-frozen': {
      const isLatestFrozen = await releases.isFrozen('latest')
      return facts.release === undefined ? {} : { release: { ...facts.release, isLatestFrozen } }
    }
  }
}

/** Both digests of the base as it is now; what was read before is not read again. */
async function resolveBaseDigests({ base }: Facts, request: CheckRequest, registry: Registry) {
  const digest = base.digest ?? (await registry.resolve(request.base))
  const platformDigest = base.platformDigest ?? (await registry.resolvePlatform(request.base, digest, request.platform))
  return { ...base, digest, platformDigest }
}

/** What a rebuild needs to know: the pinned base, what is in it, and the next version. */
async function planRelease(
  request: CheckRequest,
  reason: Reason,
  { current, config }: ReleaseLineState,
  facts: Facts,
  { registry, hashContext }: CheckPorts,
): Promise<{ base: Decision['base']; next: NextRelease }> {
  const { releaseLine, base: reference, platform, dockerfile, target, buildArguments, mirrors } = request
  const { digest, platformDigest } = await resolveBaseDigests(facts, request, registry)
  const versionNow = dotnetVersion(await registry.readConfig(reference, platformDigest))
  const contextHash = facts.contextHash ?? (await hashContext?.())

  const contextChanged = hasChanged(facts.release?.origin?.contextHash, contextHash)
  const versions = { before: config && dotnetVersion(config), now: versionNow }
  const bump = request.bump === 'auto' ? chooseBump({ reason, contextChanged, versions }) : request.bump
  const version = nextVersion(current?.version, bump)
  const record: BuildRecord = {
    releaseLine,
    replaces: current === undefined ? 'none' : `${current.tag}@${current.digest}`,
    reason,
    platform,
    base: { reference, digest, platformDigest },
    ...(contextHash !== undefined && { contextHash }),
    ...(dockerfile !== undefined && { dockerfile }),
    ...(target !== undefined && { target }),
    buildArguments,
    mirrors,
  }
  return {
    base: { reference, platform, digest, ...(versionNow !== undefined && { version: versionNow }) },
    next: { version, tag: versionTag(releaseLine, version), record },
  }
}

/** Undefined where there is nothing to compare. */
function hasChanged(recorded: string | undefined, now: string | undefined): boolean | undefined {
  if (recorded === undefined || now === undefined || !isComparable(recorded, now)) return undefined
  return recorded !== now
}
