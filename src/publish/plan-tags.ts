import { InputError } from '../model/input-error.ts'
import { isTag } from '../model/reference.ts'
import { bookmarkTag, type ReleaseLine } from '../model/release-line.ts'

export interface TagWishes {
  readonly extraTags: readonly string[]
  readonly tagAsLatest: boolean
}

/**
 * The floating tags of a release in the order in which they move: extra tags, `latest`, and the bookmark last of all,
 * so that a bookmark on the newest release proves that all others are there. Throws InputError.
 */
export function planFloatingTags(line: ReleaseLine, { extraTags, tagAsLatest }: TagWishes): string[] {
  for (const tag of extraTags) {
    if (!isTag(tag)) {
      throw new InputError('extraTags', `has "${tag}", which is not a tag. Give up to 128 letters, digits and . _ -`)
    }
    if (tag === bookmarkTag(line)) throw new InputError('extraTags', `has "${tag}", which the publish itself moves.`)
    if (/-(\d+\.){2}\d+$/.test(tag)) {
      throw new InputError('extraTags', `has "${tag}", which looks like a version. Versions are published, not moved.`)
    }
  }
  return [...new Set([...extraTags, ...(tagAsLatest ? ['latest'] : []), bookmarkTag(line)])]
}
