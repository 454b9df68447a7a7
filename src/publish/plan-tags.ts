import { InputError } from '../model/input-error.ts'
import { isTag } from '../model/reference.ts'

export interface TagWishes {
  readonly extraTags: readonly string[]
  readonly tagAsLatest: boolean
}

/**
 * The floating tags of a release in the order in which they move: extra tags, then `latest`. The bookmark, which
 * follows when all of them stand, is the publish's own. Throws InputError.
 */
export function planFloatingTags({ extraTags, tagAsLatest }: TagWishes): string[] {
  for (const tag of extraTags) {
    if (!isTag(tag)) {
      throw new InputError('extraTags', `has "${tag}", which is not a tag. Give up to 128 letters, digits and . _ -`)
    }
    if (tag.endsWith('-current')) {
      throw new InputError('extraTags', `has "${tag}", which is the form of a bookmark. Those move by themselves.`)
    }
    if (/-(\d+\.){2}\d+$/.test(tag)) {
      throw new InputError('extraTags', `has "${tag}", which looks like a version. Versions are published, not moved.`)
    }
  }
  const others = extraTags.filter((tag) => tag !== 'latest')
  return [...new Set(others), ...(tagAsLatest || others.length < extraTags.length ? ['latest'] : [])]
}
