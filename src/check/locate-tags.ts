import type { Digest } from '../model/digest.ts'
import { bookmarkTag, type Release, type ReleaseLine } from '../model/release-line.ts'
import { releaseUnder } from '../model/release-under.ts'
import type { ReleaseFacts } from './judge.ts'

/** Where a line's bookmark and the repository's `latest` stand, seen from the line's highest release. */
export function locateTags(
  releaseLine: ReleaseLine,
  { digest }: Release,
  tags: ReadonlyMap<string, Digest>,
): Pick<ReleaseFacts, 'bookmark' | 'latest'> {
  const bookmark = tags.get(bookmarkTag(releaseLine))
  const latest = tags.get('latest')
  const isOfThisLine = releaseUnder('latest', releaseLine, tags)?.isOfThisLine === true
  return {
    bookmark: bookmark === undefined ? 'missing' : bookmark === digest ? 'on-it' : 'behind',
    latest: latest === digest ? 'on-it' : isOfThisLine ? 'on-older-release' : 'elsewhere',
  }
}
