import { compareLayers } from '../model/image-config.ts'
import { formatReference } from '../model/reference.ts'
import { bookmarkTag } from '../model/release-line.ts'
import type { CheckPorts, CheckRequest } from './check-request.ts'
import type { BaseFacts, Facts, Need } from './judge.ts'
import type { ReleaseLineState } from './read-release-line.ts'

/** What a check knows so far. */
export interface Situation {
  readonly request: CheckRequest
  readonly state: ReleaseLineState
  readonly facts: Facts
}

/** What is known before anything but the repository is asked. */
export function startingFacts(
  request: CheckRequest,
  { release }: ReleaseLineState,
  ports: Omit<CheckPorts, 'releases'>,
): Facts {
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
export async function learn(need: Need, situation: Situation, ports: CheckPorts): Promise<Facts> {
  const { request, facts } = situation
  const { releases, hashContext } = ports
  switch (need) {
    case 'base-digest':
    case 'platform-digest':
    case 'layers':
    case 'moved-at':
      return { ...facts, base: await learnAboutBase(need, situation, ports) }
    case 'context-hash':
      return hashContext === undefined ? facts : { ...facts, contextHash: await hashContext() }
    case 'bookmark-frozen': {
      const isBookmarkFrozen = await releases.isFrozen(bookmarkTag(request.releaseLine))
      return facts.release === undefined ? facts : { ...facts, release: { ...facts.release, isBookmarkFrozen } }
    }
    case 'latest-frozen': {
      const isLatestFrozen = await releases.isFrozen('latest')
      return facts.release === undefined ? facts : { ...facts, release: { ...facts.release, isLatestFrozen } }
    }
  }
}

type BaseNeed = Extract<Need, 'base-digest' | 'platform-digest' | 'layers' | 'moved-at'>

async function learnAboutBase(need: BaseNeed, situation: Situation, ports: CheckPorts): Promise<BaseFacts> {
  const { request, state, facts } = situation
  const { registry, movedAt } = ports
  switch (need) {
    case 'base-digest':
      return { ...facts.base, digest: await registry.resolve(request.base) }
    case 'platform-digest':
      return resolveBaseDigests(situation, ports)
    case 'moved-at':
      return { ...facts.base, movedAt: await movedAt(request.base, request.platform) }
    case 'layers': {
      if (!request.standsOnBase || state.config === undefined) return { ...facts.base, comparison: 'not-comparable' }
      const base = await resolveBaseDigests(situation, ports)
      const config = await registry.readConfig(request.base, base.platformDigest)
      return { ...base, comparison: compareLayers(state.config, config) }
    }
  }
}

/** Both digests of the base as it is now; what was read before is not read again. */
export async function resolveBaseDigests(
  { request, facts: { base } }: Pick<Situation, 'request' | 'facts'>,
  { registry }: Pick<CheckPorts, 'registry'>,
) {
  const digest = base.digest ?? (await registry.resolve(request.base))
  const platformDigest = base.platformDigest ?? (await registry.resolvePlatform(request.base, digest, request.platform))
  return { ...base, digest, platformDigest }
}
