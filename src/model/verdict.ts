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

/** What proved that a release stands on the base as it is now; `kept` where nothing could and the user wants it kept. */
export type Rule = 'index-digest' | 'platform-digest' | 'layers' | 'push-date' | 'kept'

/** Why the floating tags of a release that is up to date are to be looked at, and moved where they are behind. */
export type RetagReason = 'unfinished-publish' | 'tags-behind' | 'repeated-run'

/** The answer of a check. */
export type Verdict =
  | { readonly kind: 'rebuild'; readonly reason: Reason }
  | { readonly kind: 'retag'; readonly reason: RetagReason; readonly rule: Rule }
  | { readonly kind: 'up-to-date'; readonly rule: Rule }

/** What the other tasks have to do about it: publish a new release, move floating tags, or nothing. */
export const actions = ['release', 'retag', 'none'] as const
export type Action = (typeof actions)[number]

/** What follows from a verdict. */
export function actionOf({ kind }: Verdict): Action {
  return ({ rebuild: 'release', retag: 'retag', 'up-to-date': 'none' } as const)[kind]
}

/** The one word that says why: the reason to act, or the rule that proved that there is none. */
export function reasonOf(verdict: Verdict): Reason | RetagReason | Rule {
  return verdict.kind === 'up-to-date' ? verdict.rule : verdict.reason
}
