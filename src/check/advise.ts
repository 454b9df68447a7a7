import semver from 'semver'
import { bookmarkTag } from '../model/release-line.ts'
import { actionOf } from '../model/verdict.ts'
import type { Decision, Note } from './decision.ts'
import { type Facts, isBeingPublished, isComparable } from './judge.ts'

const day = 24 * 60 * 60 * 1000
/** Official tags that live have moved at least this often; .NET images are rebuilt monthly in any case. */
const longestQuiet = 60

/** What is worth saying beside a verdict; never a reason for it. */
export function advise(decision: Omit<Decision, 'explanation' | 'notes'>, facts: Facts): Note[] {
  const { release, policy, now, contextHash } = facts
  const { purpose, verdict, current, base, previousBase, support } = decision
  const notes: Note[] = []
  const info = (text: string) => notes.push({ level: 'info', text })
  const warn = (text: string) => notes.push({ level: 'warning', text })
  const isToWrite = ['release', 'retag'].includes(actionOf(verdict, purpose.kind))
  if (purpose.warning !== undefined && isToWrite) warn(purpose.warning)
  const { bookmarkFilter } = facts
  if (bookmarkFilter !== undefined) {
    const { releaseLine } = decision
    warn(
      `The repository's filter "${bookmarkFilter}" keeps ${bookmarkTag(releaseLine)} on its image, and other tags of this release line too, as if they were versions. Narrow it before the image is published, so that it holds versions alone, as "${releaseLine.tagPrefix}-1.*.*" does.`,
    )
  }
  if (release === undefined || current === undefined) return notes

  if (verdict.kind === 'up-to-date' && isBeingPublished(facts)) {
    info(`${current.tag} was pushed by another run a moment ago, whose floating tags may still be moving.`)
  }
  if (verdict.kind === 'up-to-date' && release.latest === 'on-older-release' && policy.whenTagsBehind !== 'ignore') {
    const behind = `"latest" stands on an older release than ${current.tag}`
    if (release.isLatestFrozen === true) info(`${behind}, and the repository's settings keep it there.`)
    else warn(`${behind}. If nobody rolled it back on purpose, set "whenTagsBehind" to repair.`)
  }
  const recorded = release.origin?.contextHash
  if (
    policy.rebuildOnContextChange &&
    (recorded === undefined || (contextHash !== undefined && !isComparable(recorded, contextHash)))
  ) {
    info(`${current.tag} does not tell which context it was built from, so changed files are no reason yet.`)
  }
  if (base.reference.digest !== undefined) {
    info(
      'The Dockerfile pins its base by digest, so a moved tag goes unseen. Let a bot update the digest, or name the tag alone.',
    )
  }
  const quietDays = Math.floor((now.getTime() - release.pushedAt.getTime()) / day)
  const isQuiet = verdict.kind === 'up-to-date' && verdict.rule === 'index-digest' && quietDays > longestQuiet
  // Why a base out of support is quiet is no question.
  if (isQuiet && base.reference.digest === undefined && support?.kind !== 'ended') {
    warn(
      `The base has not moved for ${String(quietDays)} days. Official tags that are supported move monthly: is this one still?`,
    )
  }
  if (isOlder(base.version, previousBase.version)) {
    warn(`The base's tag went back from .NET ${previousBase.version ?? ''} to ${base.version ?? ''}.`)
  }
  return notes
}

function isOlder(version: string | undefined, than: string | undefined): boolean {
  const [one, other] = [semver.valid(version), semver.valid(than)]
  return one !== null && other !== null && semver.lt(one, other)
}
