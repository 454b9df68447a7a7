import { invalidInput } from '../model/invalid-input.ts'
import { isTag } from '../model/reference.ts'
import { looksLikeBookmark, looksLikeVersion } from '../model/release-line.ts'
import { exceptionFor, type TagSettings } from '../model/tag-settings.ts'

export interface TagWishes {
  readonly extraTags: readonly string[]
  readonly tagAsLatest: boolean
}

/**
 * The floating tags of a release in the order in which they move: extra tags, then `latest`. The bookmark, which
 * follows when all of them stand, is the publish's own. Throws InvalidInput.
 */
export function planFloatingTags({ extraTags, tagAsLatest }: TagWishes): string[] {
  for (const tag of extraTags) {
    if (!isTag(tag)) {
      throw invalidInput('extraTags', `has "${tag}", which is not a tag`, 'Give up to 128 letters, digits and . _ -')
    }
    if (looksLikeBookmark(tag)) {
      throw invalidInput('extraTags', `has "${tag}", which has the form of a bookmark`, 'Bookmarks move by themselves')
    }
    if (looksLikeVersion(tag)) {
      throw invalidInput('extraTags', `has "${tag}", which looks like a version`, 'Versions are published, not moved')
    }
  }
  const others = extraTags.filter((tag) => tag !== 'latest')
  return [...new Set(others), ...(tagAsLatest || others.length < extraTags.length ? ['latest'] : [])]
}

/** Throws InvalidInput for a floating tag that falls under a filter which keeps versions from moving. */
export function refuseFrozenTags(
  { floating, tagAsLatest }: { readonly floating: readonly string[]; readonly tagAsLatest: boolean },
  settings: TagSettings,
): void {
  if (settings.tags === 'frozen') return
  for (const tag of floating) {
    const filter = exceptionFor(settings, tag)
    if (filter === undefined) continue
    throw invalidInput(
      tag === 'latest' && tagAsLatest ? 'tagAsLatest' : 'extraTags',
      `asks for the tag "${tag}", which could never move: the repository's filter "${filter}" keeps such tags on their image`,
      'Choose another tag, or narrow the filter',
    )
  }
}
