import { exceptionFor, type TagSettings } from '../model/tag-settings.ts'

/** The pattern of a line's version tags; ECR takes at most two `*`. */
export function versionPattern(tagPrefix: string): string {
  return `${tagPrefix}-*.*`
}

/** How many filters a repository of ECR can have. */
const mostFilters = 5

/** What to change so that all these tags can move, as the end of a sentence; in ECR's words. */
export function howToFree(tags: readonly string[], settings: TagSettings): string {
  if (settings.tags === 'movable') {
    return `narrow its immutable ${filters(tags.map((tag) => exceptionFor(settings, tag) ?? tag))}`
  }
  return `set its tag mutability to IMMUTABLE_WITH_EXCLUSION with the ${filters([...settings.exceptions, ...tags])}`
}

/** What to change so that version tags cannot be overwritten, as the end of a sentence; in ECR's words. */
export function howToProtect(pattern: string, { tags, exceptions }: TagSettings): string {
  if (tags === 'frozen') return `narrow its mutable ${filters(exceptions)}`
  return `set its tag mutability to MUTABLE_WITH_EXCLUSION with the ${filters([...exceptions, pattern])}`
}

function filters(patterns: readonly string[]): string {
  const distinct = [...new Set(patterns)]
  const named = `${distinct.length === 1 ? 'filter' : 'filters'} ${distinct.map((pattern) => `"${pattern}"`).join(', ')}`
  if (distinct.length <= mostFilters) return named
  return `${named} (ECR takes ${String(mostFilters)} at most: let one with * stand for several)`
}
