import type { Published } from '../../src/publish/publish-image.ts'

/** The output variables of a publish. */
export function publishedOutputs(published: Published): Record<string, string | boolean> {
  const { repositoryUri, repositoryCreated, versionTag, digest, tags, createdAt, isNews } = published
  return {
    action: isNews ? 'release' : 'none',
    imageUri: `${repositoryUri}:${versionTag}`,
    imageDigest: digest,
    versionTag,
    publishedTags: tags.join(','),
    repositoryUri,
    repositoryCreated,
    createdAt: createdAt.toISOString(),
  }
}
