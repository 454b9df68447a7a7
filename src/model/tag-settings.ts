import { fitsPattern } from './fits-pattern.ts'

/** Which tags of a repository can be set only once. */
export interface TagSettings {
  /** What holds for every tag that no exception fits. */
  readonly tags: 'movable' | 'frozen'
  /** Patterns in which `*` stands for any characters, also none; a tag that fits one is treated the other way. */
  readonly exceptions: readonly string[]
}

/** Whether these settings refuse to move a tag that is on an image already. */
export function keepsTag(settings: TagSettings, tag: string): boolean {
  return (settings.tags === 'frozen') === (exceptionFor(settings, tag) === undefined)
}

/** The exception that keeps a tag on its image, where other tags move. */
export function freezingFilter(settings: TagSettings, tag: string): string | undefined {
  return settings.tags === 'movable' ? exceptionFor(settings, tag) : undefined
}

/** The exception that a tag falls under. */
export function exceptionFor({ exceptions }: TagSettings, tag: string): string | undefined {
  return exceptions.find((pattern) => fitsPattern(tag, pattern))
}
