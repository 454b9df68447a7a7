export const tagMutabilities = ['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'] as const

/** Which tags of a repository may be moved to another image; `filters` are the exceptions, with `*` for anything. */
export interface TagMutability {
  readonly mode: (typeof tagMutabilities)[number]
  readonly filters: readonly string[]
}

/** Whether `tag`, once given to an image, stays there. */
export function isImmutable(tag: string, { mode, filters }: TagMutability): boolean {
  const isExcluded = filters.some((filter) => matchesWildcard(tag, filter))
  switch (mode) {
    case 'MUTABLE':
      return false
    case 'IMMUTABLE':
      return true
    case 'MUTABLE_WITH_EXCLUSION':
      return isExcluded
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !isExcluded
  }
}

/** Whether the whole of `text` fits `pattern`, in which `*` stands for any run of characters, also none. */
export function matchesWildcard(text: string, pattern: string): boolean {
  const literals = pattern.split('*').map((literal) => literal.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`).test(text)
}
