import type { Origin } from '../model/build-record.ts'
import { dotnetVersion } from '../model/image-config.ts'
import type { Verdict } from '../model/verdict.ts'
import { advise } from './advise.ts'
import { CheckError } from './check-error.ts'
import type { CheckPorts, CheckRequest } from './check-request.ts'
import type { Decision, PreviousBase } from './decision.ts'
import { explain } from './explain.ts'
import { learn, type Situation, startingFacts } from './gather-facts.ts'
import { judge, type Need } from './judge.ts'
import { planRelease } from './plan-release.ts'
import { readReleaseLine, type ReleaseLineState } from './read-release-line.ts'

/**
 * Decides whether a release line needs a new release, why, and which version it will be.
 * Asks for no more than the verdict needs: of an image that is up to date, one HEAD request to the base's registry.
 * Whatever could not be found out is thrown; doubt never means up to date.
 */
export async function checkPlatformImage(request: CheckRequest, ports: CheckPorts): Promise<Decision> {
  const state = await readReleaseLine(request.releaseLine, ports.releases)
  const { verdict, situation } = await reachVerdict(request, state, ports)
  const { facts } = situation

  const previousVersion = state.config && dotnetVersion(state.config)
  const found = {
    releaseLine: request.releaseLine,
    verdict,
    repositoryExists: state.repositoryExists,
    ...(state.current && { current: state.current }),
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
    verdict.kind === 'rebuild' ? { ...found, ...(await planRelease(verdict.reason, situation, ports)) } : found
  const doubts = (facts.release?.unbelievable ?? []).map(
    (label) => new CheckError({ what: 'unbelievable-label', label, tag: state.current?.tag ?? '' }),
  )
  return {
    ...decision,
    explanation: explain(decision),
    notes: advise(decision, facts),
    ...(doubts.length > 0 && { doubts }),
  }
}

function recordedBase({ baseName: name, platform, baseDigest: digest }: Origin): PreviousBase {
  return { ...(name !== undefined && { name }), ...(platform !== undefined && { platform }), digest }
}

/** Judges, reads what is missing, and judges again until there is a verdict. */
async function reachVerdict(
  request: CheckRequest,
  state: ReleaseLineState,
  ports: CheckPorts,
): Promise<{ verdict: Verdict; situation: Situation }> {
  let facts = startingFacts(request, state, ports)
  const asked = new Set<Need>()
  for (;;) {
    const judgement = judge(facts)
    switch (judgement.kind) {
      case 'undecided':
        if (asked.has(judgement.needs)) throw new Error(`The check read the ${judgement.needs} and still wants it`)
        asked.add(judgement.needs)
        facts = await learn(judgement.needs, { request, state, facts }, ports)
        break
      case 'unverifiable':
        throw new CheckError({ what: 'unverifiable', tag: state.current?.tag ?? '', base: request.base })
      case 'rebuild':
      case 'retag':
      case 'up-to-date':
        return { verdict: judgement, situation: { request, state, facts } }
    }
  }
}
