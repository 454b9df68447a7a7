import type { Published } from '../../src/publish/finish-publish.ts'
import { looksLikeBookmark } from '../../src/model/release-line.ts'
import type { Outputs } from '../../src/pipelines/form.ts'
import type { publishTask } from './form.ts'

/** The output variables of a publish. */
export function publishedOutputs(published: Published): Outputs<typeof publishTask> {
  const { repository, repositoryCreated, release, moves, createdAt, isNews } = published
  const floating = moves.filter(
    ({ tag, outcome }) => (outcome === 'moved' || outcome === 'unchanged') && !looksLikeBookmark(tag),
  )
  return {
    action: isNews ? 'release' : 'none',
    imageUri: `${repository.uri}:${release.tag}`,
    imageDigest: release.digest,
    versionTag: release.tag,
    publishedTags: [release.tag, ...floating.map(({ tag }) => tag)].join(','),
    repositoryUri: repository.uri,
    repositoryCreated,
    createdAt: createdAt.toISOString(),
  }
}
