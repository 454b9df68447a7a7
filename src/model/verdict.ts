import type { Purpose } from './purpose.ts'

/** Why a line needs a new release. */
export const reasons = [
  'forced',
  'first-release',
  'platform-changed',
  'base-moved',
  'unverifiable',
  'context-changed',
  'max-age',
] as const
export type Reason = (typeof reasons)[number]

/** Why an image is built: for a release, or only to see whether it builds. */
export const buildReasons = [...reasons, 'validation'] as const
export type BuildReason = (typeof buildReasons)[number]

/** What proved that a release stands on the base as it is now; `kept` where nothing could and the user wants it kept. */
export type Rule = 'index-digest' | 'platform-digest' | 'layers' | 'push-date' | 'kept'

/** Why the floating tags of a release that is up to date are to be looked at, and moved where they are behind. */
export type RetagReason = 'unfinished-publish' | 'tags-behind' | 'repeated-run'

/** The answer of a check. */
export type Verdict =
  | { readonly kind: 'rebuild'; readonly reason: Reason }
  | { readonly kind: 'retag'; readonly reason: RetagReason; readonly rule: Rule }
  | { readonly kind: 'up-to-date'; readonly rule: Rule }

/** In the place of a verdict: a validation could not look at the release line. */
export interface NotJudged {
  readonly kind: 'not-judged'
}

/** What the other tasks have to do about it: publish a new release, move floating tags, build and test alone, or nothing. */
export const actions = ['release', 'retag', 'validate', 'none'] as const
export type Action = (typeof actions)[number]

/** What follows from a verdict. A validation builds and tests whatever the verdict is. */
export function actionOf({ kind }: Verdict | NotJudged, purpose: Purpose): Action {
  switch (purpose) {
    case 'release':
      return ({ rebuild: 'release', retag: 'retag', 'up-to-date': 'none', 'not-judged': 'none' } as const)[kind]
    case 'validate':
      return 'validate'
    case 'plan':
      return 'none'
  }
}

/** The one word that says why: the reason to act, or the rule that proved that there is none. */
export function reasonOf(verdict: Verdict | NotJudged): BuildReason | RetagReason | Rule {
  switch (verdict.kind) {
    case 'rebuild':
    case 'retag':
      return verdict.reason
    case 'up-to-date':
      return verdict.rule
    case 'not-judged':
      return 'validation'
  }
}
