import type { ReleaseLine, Version } from '../model/release-line.ts'
import { exceptionFor, type TagSettings } from '../model/tag-settings.ts'

/**
 * The pattern of the version tags that share a version's first number. ECR takes at most two `*`, and with one for that
 * number too, `8.0-*.*` would hold every tag of the line `8.0-alpine3.20` in the same repository.
 */
export function versionPattern({ tagPrefix }: ReleaseLine, version: Version): string {
  return `${tagPrefix}-${/^\d+/.exec(version)?.[0] ?? ''}.*.*`
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
