/** Why a line needs a new release. */
export type Reason = 'forced' | 'first-release' | 'platform-changed' | 'base-moved' | 'unverifiable'

/** What proved that a line needs none. */
export type Rule = 'index-digest' | 'platform-digest'

/** The answer of a check. */
export type Verdict =
  | { readonly kind: 'rebuild'; readonly reason: Reason }
  /** Up to date, but its publish was interrupted: some floating tags may not stand on it. */
  | { readonly kind: 'unfinished'; readonly rule: Rule }
  | { readonly kind: 'up-to-date'; readonly rule: Rule }

/** What the other tasks have to do about it: publish a new release, finish an interrupted publish, or nothing. */
export type Action = 'release' | 'retag' | 'none'

/** What follows from a verdict. */
export function actionOf(verdict: Verdict): Action {
  switch (verdict.kind) {
    case 'rebuild':
      return 'release'
    case 'unfinished':
      return 'retag'
    case 'up-to-date':
      return 'none'
  }
}

export const reasons: readonly Reason[] = ['forced', 'first-release', 'platform-changed', 'base-moved', 'unverifiable']
export const actions: readonly Action[] = ['release', 'retag', 'none']
