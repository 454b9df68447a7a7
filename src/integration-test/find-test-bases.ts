import { type Dockerfile, type ImageUse, imageUses } from '../dockerfile/read-dockerfile.ts'
import { invalidInput } from '../model/invalid-input.ts'
import { formatPlatform, type Platform, samePlatform } from '../model/platform.ts'

/**
 * The places of a test application's Dockerfile where the platform image goes: those that name `wanted`, a reference or
 * the tail of one, with or without its tag (`aspnet:10.0`, `dotnet/aspnet`), and not for another platform than the
 * image's. Throws InvalidInput where there is none.
 */
export function findTestBases(dockerfile: Dockerfile, wanted: string, platform: Platform): readonly ImageUse[] {
  const uses = imageUses(dockerfile).filter(({ names }) => names.kind === 'image' || names.kind === 'unresolved')
  const named = uses.filter((use) => namesTail(use, wanted))
  const matches = named.filter(({ forPlatform = platform }) => samePlatform(forPlatform, platform))
  if (matches.length > 0) return matches
  const seen = [...new Set(uses.map(describe))].join(', ') || 'no image'
  const problem =
    named.length > 0
      ? `Dockerfile names, but only for other platforms than ${formatPlatform(platform)}`
      : 'Dockerfile does not name'
  const reason = `is "${wanted}", which the test application's ${problem}`
  throw invalidInput('testBaseImage', reason, `It names ${seen}${digestHint(uses, wanted)}`)
}

/** A digest alone says nothing of a tag. */
function digestHint(uses: readonly ImageUse[], wanted: string): string {
  const untagged = wanted.replace(/:[^/:@]+(?:@.*)?$/, '')
  const isByDigest = ({ names }: ImageUse) =>
    names.kind === 'image' && names.reference.tag === undefined && names.reference.digest !== undefined
  const isFound = uses.some((use) => isByDigest(use) && namesTail(use, untagged))
  return isFound ? `. Without tag, "${untagged}" matches it` : ''
}

function namesTail({ names }: ImageUse, wanted: string): boolean {
  if (names.kind !== 'image') return false
  const { registry, repository, tag = 'latest' } = names.reference
  // A tail is no whole reference: its first part must not be taken for a host, nor get Docker Hub's name.
  // A digest does not count: the platform image takes the place of every build of that tag.
  const [, wantedPath = '', wantedTag] = /^(.*?)(?::([^/:@]+))?(?:@.*)?$/.exec(wanted) ?? []
  return `/${registry}/${repository}`.endsWith(`/${wantedPath}`) && (wantedTag === undefined || wantedTag === tag)
}

function describe({ written, names, platform }: ImageUse): string {
  if (names.kind === 'unresolved') return `${written} (${names.because}: check the input "testBuildArguments")`
  return platform === undefined ? written : `${written} (${platform})`
}
