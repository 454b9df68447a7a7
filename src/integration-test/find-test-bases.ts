import { type Dockerfile, type ImageUse, imageUses } from '../dockerfile/read-dockerfile.ts'
import { InputError } from '../model/input-error.ts'

/**
 * The places of a test application's Dockerfile where the platform image goes: those that name `wanted`, a reference or
 * the tail of one, with or without its tag (`aspnet:10.0`, `dotnet/aspnet`). Throws InputError where there is none.
 */
export function findTestBases(dockerfile: Dockerfile, wanted: string): readonly ImageUse[] {
  const images = imageUses(dockerfile).filter(({ names }) => names.kind === 'image')
  const matches = images.filter((use) => namesTail(use, wanted))
  if (matches.length > 0) return matches
  const seen = [...new Set(images.map(({ written }) => written))].join(', ') || 'no image that can be read'
  throw new InputError(
    'testBaseImage',
    `is "${wanted}", which the test application's Dockerfile does not name. It names ${seen}.`,
  )
}

function namesTail({ names }: ImageUse, wanted: string): boolean {
  if (names.kind !== 'image') return false
  const { registry, repository, tag = 'latest' } = names.reference
  // A tail is no whole reference: its first part must not be taken for a host, nor get Docker Hub's name.
  // A digest does not count: the platform image takes the place of every build of that tag.
  const [, wantedPath = '', wantedTag] = /^(.*?)(?::([^/:@]+))?(?:@.*)?$/.exec(wanted) ?? []
  return `/${registry}/${repository}`.endsWith(`/${wantedPath}`) && (wantedTag === undefined || wantedTag === tag)
}
