import { type Digest, isDigest } from './digest.ts'

/**
 * Names an image: where it is stored, and which one of those stored there.
 * With a tag and a digest, the digest decides and the tag is for people, as everywhere in the field.
 */
export interface Reference {
  /** Host, with a port if it has one: `mcr.microsoft.com`, `localhost:5000`. Docker Hub is `docker.io`. */
  readonly registry: string
  /** Path in the registry: `dotnet/aspnet`. */
  readonly repository: string
  readonly tag?: string
  readonly digest?: Digest
}

export class InvalidReferenceError extends Error {
  override readonly name = 'InvalidReferenceError'
  /** `"a:b:c" is not an image reference: ...`, without a full stop. */
  readonly reason: string

  constructor(text: string, because: string) {
    const reason = `"${text}" is not an image reference: ${because}`
    super(reason)
    this.reason = reason
  }
}

const repositoryPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const hostPattern =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d+)?$/

/**
 * Reads a reference as the docker tools do: without a host it is Docker Hub's, without a path there it is `library/`'s.
 * A missing tag stays missing. Grammar: https://pkg.go.dev/github.com/distribution/reference
 * Throws InvalidReferenceError.
 */
export function parseReference(text: string): Reference {
  const [beforeDigest = '', digest, ...more] = text.split('@')
  if (more.length > 0) throw new InvalidReferenceError(text, 'it has more than one "@"')
  if (digest !== undefined && !isDigest(digest)) {
    throw new InvalidReferenceError(text, `"${digest}" is not sha256: and 64 hexadecimal digits`)
  }

  const { name, tag } = splitTag(beforeDigest)
  if (tag !== undefined && !isTag(tag)) throw new InvalidReferenceError(text, `"${tag}" is not a tag`)

  const { registry, repository } = splitHost(name)
  if (!hostPattern.test(registry)) throw new InvalidReferenceError(text, `"${registry}" is not a host`)
  if (!repositoryPattern.test(repository)) {
    const upperCase = repository.toLowerCase() !== repository && repositoryPattern.test(repository.toLowerCase())
    throw new InvalidReferenceError(
      text,
      upperCase ? 'a repository is written in lower case' : `"${repository}" is not a repository`,
    )
  }
  return {
    registry,
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

/** `mcr.microsoft.com/dotnet/aspnet:10.0@sha256:...`: always whole, so that equal references give equal texts. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** The same image, but exactly the one with this digest. */
export function withDigest({ registry, repository, tag }: Reference, digest: Digest): Reference {
  return { registry, repository, ...(tag !== undefined && { tag }), digest }
}

/** With the tag that is meant where none is written, `latest`; a digest needs none. */
export function withImpliedTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference
}

/** Whether a tag obeys the grammar of the OCI distribution specification. */
export function isTag(text: string): boolean {
  return tagPattern.test(text)
}

/** A colon after the last slash starts a tag; one before it belongs to the host's port. */
function splitTag(text: string): { name: string; tag: string | undefined } {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1)
  return colon === -1 ? { name: text, tag: undefined } : { name: text.slice(0, colon), tag: text.slice(colon + 1) }
}

/** The part before the first slash is a host if it could not be the first part of a path. */
function splitHost(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/')
  const first = slash === -1 ? '' : name.slice(0, slash)
  const hasHost = first === 'localhost' || /[.:[]/.test(first)
  const path = hasHost ? name.slice(slash + 1) : name
  const host = first.toLowerCase()
  if (hasHost && host !== 'docker.io' && host !== 'index.docker.io') return { registry: host, repository: path }
  return { registry: 'docker.io', repository: path.includes('/') ? path : `library/${path}` }
}
