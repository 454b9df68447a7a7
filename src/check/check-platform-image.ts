import type { Origin } from '../model/build-record.ts'
import { dotnetVersion } from '../model/image-config.ts'
import type { Purpose } from '../model/purpose.ts'
import { bookmarkTag } from '../model/release-line.ts'
import type { BuildReason, NotJudged, Verdict } from '../model/verdict.ts'
import { advise } from './advise.ts'
import { adviseOnSupport } from './advise-on-support.ts'
import { CheckError } from './check-error.ts'
import type { CheckPorts, CheckRequest } from './check-request.ts'
import type { Decision, PreviousBase } from './decision.ts'
import { explain } from './explain.ts'
import { learn, type Situation, startingFacts } from './gather-facts.ts'
import { judge, type Need } from './judge.ts'
import { judgeSupport, type Support } from './judge-support.ts'
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
  // Only a build is worth one question more: its publish would fail, or leave the bookmark behind.
  const bookmarkFilter =
    verdict.kind === 'rebuild' && state.repositoryExists
      ? await ports.releases.freezingFilter(bookmarkTag(request.releaseLine))
      : undefined
  const facts = { ...situation.facts, ...(bookmarkFilter !== undefined && { bookmarkFilter }) }
  return decide(verdict, { ...situation, facts }, ports)
}

/**
 * What a validation builds where the release line cannot be looked at, as in a pull request from a fork: the base as it
 * is now. `unread` says why, and becomes a warning.
 */
export async function checkBaseAlone(
  request: CheckRequest,
  unread: string,
  ports: Omit<CheckPorts, 'releases'>,
): Promise<Decision> {
  const state: ReleaseLineState = { repositoryExists: undefined }
  const facts = startingFacts(request, state, ports)
  const decision = await decide({ kind: 'not-judged' }, { request, state, facts }, ports)
  const text = `The release line could not be looked at, so neither the current release nor the next version is known: ${unread}`
  return { ...decision, notes: [{ level: 'warning', text }, ...decision.notes] }
}

async function decide(
  verdict: Verdict | NotJudged,
  situation: Situation,
  ports: Omit<CheckPorts, 'releases'>,
): Promise<Decision> {
  const { request, state, facts } = situation
  const { releaseLine, purpose } = request
  const previousVersion = state.config && dotnetVersion(state.config)
  const found = {
    releaseLine,
    purpose,
    verdict,
    ...(state.repositoryExists !== undefined && { repositoryExists: state.repositoryExists }),
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
  const reason = buildReasonOf(verdict, purpose.kind)
  const planned = reason === undefined ? found : { ...found, ...(await planRelease(reason, situation, ports)) }
  const support = checkSupport(planned, request, ports)
  const decision = { ...planned, ...(support && { support }) }
  const notes = [...advise(decision, facts), ...adviseOnSupport(support, request.supportPolicy)]
  const doubts = (facts.release?.unbelievable ?? []).map(
    (label) => new CheckError({ what: 'unbelievable-label', label, tag: state.current?.tag ?? '' }),
  )
  return { ...decision, explanation: explain(decision), notes, ...(doubts.length > 0 && { doubts }) }
}

/** Throws CheckError where an image out of support is to be an error. */
function checkSupport(
  { base, previousBase }: Pick<Decision, 'base' | 'previousBase'>,
  { supportPolicy: { dates, whenOutOfSupport } }: CheckRequest,
  { now }: Pick<CheckPorts, 'now'>,
): Support | undefined {
  const { reference } = base
  const support = judgeSupport({ base: reference, version: base.version ?? previousBase.version, now }, dates)
  if (support?.kind === 'ended' && whenOutOfSupport === 'fail') {
    const { dotnet, lastDay } = support
    throw new CheckError({ what: 'out-of-support', base: reference, dotnet, lastDay })
  }
  return support
}

/** Undefined where nothing is to be built. */
function buildReasonOf(verdict: Verdict | NotJudged, purpose: Purpose): BuildReason | undefined {
  if (verdict.kind === 'rebuild') return verdict.reason
  return purpose === 'validate' ? 'validation' : undefined
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
