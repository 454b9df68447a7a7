import semver from 'semver'
import type { Digest } from './digest.ts'
import { InvalidValue } from './invalid-value.ts'
import { VersionTooLargeError } from './version-too-large-error.ts'

/**
 * The releases of one platform image: a repository and the prefix of its version tags.
 * Lines are independent of each other, also in one repository.
 */
export interface ReleaseLine {
  /** Path in the registry: `platform/aspnet`. */
  readonly repositoryName: string
  /** `10.0-noble` gives the tags `10.0-noble-1.0.0`, `10.0-noble-1.1.0`, ... */
  readonly tagPrefix: string
}

/** Three numbers, `1.4.0`; no pre-release, no build part. */
export type Version = string & { readonly brand: 'Version' }

export type VersionBump = 'major' | 'minor' | 'patch'

/** The version of a line's first release. */
export const firstVersion = '1.0.0' as Version

/** ECR's pattern and limits: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const repositoryNamePattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const tagPrefixPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/
const versionPattern = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/
const longestTag = 128
const longestVersion = '-999.999.999'.length

/** Reads both parts; throws InvalidValue. */
export function parseReleaseLine(repositoryName: string, tagPrefix: string): ReleaseLine {
  return { repositoryName: parseRepositoryName(repositoryName), tagPrefix: parseTagPrefix(tagPrefix) }
}

/** Reads a path as ECR accepts it; throws InvalidValue. */
export function parseRepositoryName(text: string): string {
  const part = repositoryWithin(text)
  if (part !== undefined) {
    throw new InvalidValue(`is "${text}", which is an address and no repository's name`, `Give ${part}`)
  }
  if (repositoryNamePattern.test(text) && text.length >= 2 && text.length <= 256) return text
  throw new InvalidValue(
    `is "${text}", which is not a repository of ECR`,
    'Give 2 to 256 lower-case letters, digits and . _ - /, such as platform/aspnet',
  )
}

/**
 * The repository that an address in ECR names: `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`, with or
 * without protocol, or an ARN. Undefined for what is none, since ECR takes dots and numbers in names too.
 */
function repositoryWithin(text: string): string | undefined {
  const host = /^(?:[a-z]+:\/\/)?(?:\d{12}\.dkr[.-]ecr[a-z-]*\.[a-z0-9.-]+|public\.ecr\.aws)(?::\d+)?\/+/i
  const arn = /^arn:[^:]*:ecr:[^:]*:\d*:repository\//
  const start = (host.exec(text) ?? arn.exec(text) ?? /^(?:https?|oci):\/\/[^/]+\/+/i.exec(text))?.[0]
  return start === undefined ? undefined : text.slice(start.length).replace(/[:@].*$/s, '')
}

/** Reads what version tags begin with, which leaves room for a version; throws InvalidValue. */
export function parseTagPrefix(text: string): string {
  if (!tagPrefixPattern.test(text)) {
    throw new InvalidValue(
      `is "${text}", which cannot start a tag`,
      'Give letters, digits and . _ -, such as 10.0-noble',
    )
  }
  if (text.length + longestVersion > longestTag) {
    throw new InvalidValue(
      `has ${String(text.length)} characters`,
      `With a version behind it a tag may have ${String(longestTag)}: give at most ${String(longestTag - longestVersion)}`,
    )
  }
  return text
}

/** `platform/aspnet:10.0-noble`: how a line is written in labels and messages. */
export function formatReleaseLine({ repositoryName, tagPrefix }: ReleaseLine): string {
  return `${repositoryName}:${tagPrefix}`
}

/** The tag of a version: `10.0-noble-1.4.0`. */
export function versionTag({ tagPrefix }: ReleaseLine, version: Version): string {
  return `${tagPrefix}-${version}`
}

/** The tag that every publish moves last of all: `10.0-noble-current`. */
export function bookmarkTag({ tagPrefix }: ReleaseLine): string {
  return `${tagPrefix}-current`
}

/**
 * The version that a tag stands for, or undefined where the tag is not one of this line's versions. Throws
 * VersionTooLargeError for one whose numbers are beyond what can be compared.
 */
export function versionOf({ tagPrefix }: ReleaseLine, tag: string): Version | undefined {
  if (!tag.startsWith(`${tagPrefix}-`)) return undefined
  const rest = tag.slice(tagPrefix.length + 1)
  if (!versionPattern.test(rest)) return undefined
  if (semver.valid(rest) !== null) return rest as Version
  throw new VersionTooLargeError(tag)
}

/** Whether a tag has the form of a version, of whatever line: `8.0-noble-1.2.0`. */
export function looksLikeVersion(tag: string): boolean {
  return /-(\d+\.){2}\d+$/.test(tag)
}

/** Whether a tag has the form of a bookmark, of whatever line: `8.0-noble-current`. */
export function looksLikeBookmark(tag: string): boolean {
  return tag.endsWith('-current')
}

/** Reads a tag as a version of the line; throws InvalidValue for one that is none. */
export function parseVersionTag(releaseLine: ReleaseLine, tag: string): Version {
  const version = versionOf(releaseLine, tag)
  if (version !== undefined) return version
  throw new InvalidValue(
    `is "${tag}", which is not a version of ${formatReleaseLine(releaseLine)}`,
    `Give the check's nextTag, such as ${releaseLine.tagPrefix}-1.4.0`,
  )
}

/** Whether one version is above another, number by number: 1.10.0 is above 1.9.0. */
export function isHigher(one: Version, other: Version): boolean {
  return semver.gt(one, other)
}

/** The version after the highest one ever published; 1.0.0 for a line without releases. */
export function nextVersion(highest: Version | undefined, bump: VersionBump): Version {
  if (highest === undefined) return firstVersion
  const next = semver.inc(highest, bump)
  if (semver.valid(next) === null) throw new VersionTooLargeError(highest)
  return next as Version
}

/** One published version of a line. */
export interface Release {
  readonly version: Version
  readonly tag: string
  readonly digest: Digest
}

/** The line's highest release among all tags of its repository, or undefined where it has none. */
export function currentRelease(releaseLine: ReleaseLine, tags: ReadonlyMap<string, Digest>): Release | undefined {
  const releases = [...tags].flatMap(([tag, digest]) => {
    const version = versionOf(releaseLine, tag)
    return version === undefined ? [] : [{ version, tag, digest }]
  })
  return releases.reduce<Release | undefined>(
    (highest, release) => (highest === undefined || isHigher(release.version, highest.version) ? release : highest),
    undefined,
  )
}
