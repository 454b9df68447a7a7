/** Why a line needs a new release. */
export type Reason = 'forced' | 'first-release' | 'platform-changed' | 'base-moved' | 'unverifiable'

/** What proved that a line needs none. */
export type Rule = 'index-digest' | 'platform-digest'

/** The answer of a check. */
export type Verdict =
  { readonly kind: 'rebuild'; readonly reason: Reason } | { readonly kind: 'up-to-date'; readonly rule: Rule }

/** What the other tasks have to do about it: publish a new release, finish an interrupted publish, or nothing. */
export type Action = 'release' | 'retag' | 'none'

export const reasons: readonly Reason[] = ['forced', 'first-release', 'platform-changed', 'base-moved', 'unverifiable']
export const actions: readonly Action[] = ['release', 'retag', 'none']
