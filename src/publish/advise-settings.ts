import { exceptionFor, type TagSettings } from '../model/tag-settings.ts'

/** The pattern of a line's version tags; ECR takes at most two `*`. */
export function versionPattern(tagPrefix: string): string {
  return `${tagPrefix}-*.*`
}

/** What to change so that a tag can move, as the end of a sentence; in ECR's words. */
export function howToFree(tag: string, settings: TagSettings): string {
  const { tags, exceptions } = settings
  if (tags === 'movable') return `narrow its immutable filter "${exceptionFor(settings, tag) ?? tag}"`
  return `set its tag mutability to IMMUTABLE_WITH_EXCLUSION with the ${filters([...exceptions, tag])}`
}

/** What to change so that version tags cannot be overwritten, as the end of a sentence; in ECR's words. */
export function howToProtect(pattern: string, { tags, exceptions }: TagSettings): string {
  if (tags === 'frozen') return `narrow its mutable ${filters(exceptions)}`
  return `set its tag mutability to MUTABLE_WITH_EXCLUSION with the ${filters([...exceptions, pattern])}`
}

function filters(patterns: readonly string[]): string {
  return `${patterns.length === 1 ? 'filter' : 'filters'} ${patterns.map((pattern) => `"${pattern}"`).join(', ')}`
}
