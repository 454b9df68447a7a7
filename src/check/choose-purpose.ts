import { fitsPattern } from '../model/fits-pattern.ts'
import type { Purpose } from '../model/purpose.ts'

/** What decides what a run is for. */
export interface PurposeFacts {
  /** The input "purpose". */
  readonly wanted: Purpose | 'auto'
  /** Full refs, in which `*` stands for any characters; none: every branch may release. */
  readonly releaseBranches: readonly string[]
  readonly isPullRequest: boolean
  /** Full ref of what the run builds, where that is known. */
  readonly branch?: string
}

export interface ChosenPurpose {
  readonly kind: Purpose
  /** Why, as the end of a sentence: `it is a pull request's`. */
  readonly because: string
  /** What a person should know where the run has something to publish. */
  readonly warning?: string
}

/** What a run is for: as the input says; else it validates what is not merged, and releases the rest. */
export function choosePurpose(facts: PurposeFacts): ChosenPurpose {
  const { wanted, isPullRequest } = facts
  if (wanted !== 'auto') {
    const because = 'the input "purpose" says so'
    if (wanted !== 'release' || !isPullRequest) return { kind: wanted, because }
    return { kind: wanted, because, warning: warningOfPullRequest }
  }
  return isPullRequest ? { kind: 'validate', because: "it is a pull request's" } : chooseByBranch(facts)
}

const warningOfPullRequest =
  'This run is a pull request\'s, and the input "purpose" wants a release: PlatformImagePublish will refuse, unless its input "allowPullRequests" is true.'

const usualBranches: readonly string[] = ['refs/heads/main', 'refs/heads/master']

function chooseByBranch({ releaseBranches, branch }: PurposeFacts): ChosenPurpose {
  if (releaseBranches.length === 0) {
    const because = 'every branch may release'
    if (branch === undefined || usualBranches.includes(branch)) return { kind: 'release', because }
    const warning = `This run releases from ${branch}. If only some branches should release, name them in the input "releaseBranches".`
    return { kind: 'release', because, warning }
  }
  if (branch === undefined) {
    return { kind: 'validate', because: 'its branch is not known, so the input "releaseBranches" does not allow it' }
  }
  return releaseBranches.some((pattern) => fitsPattern(branch, pattern))
    ? { kind: 'release', because: `${branch} is among the input "releaseBranches"` }
    : { kind: 'validate', because: `${branch} is not among the input "releaseBranches"` }
}
