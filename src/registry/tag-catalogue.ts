import * as v from 'valibot'
import { ConnectionError, type HttpClient, type HttpResponse, TooLargeError } from '../http/http-client.ts'
import { isOutageCode, isOutageStatus } from '../http/outage.ts'
import type { Digest } from '../model/digest.ts'
import type { FailureKind } from '../model/failure-kind.ts'
import { parseJson } from '../model/parse-json.ts'
import type { Platform } from '../model/platform.ts'
import type { Reference } from '../model/reference.ts'
import { isLoopback } from '../model/safe-address.ts'

/** Microsoft's list of all tags of a repository, which tells when a tag moved but needs megabytes to do so. */
export interface TagCatalogue {
  /** When a base's tag moved last, for one platform where the catalogue tells platforms apart. Throws TagCatalogueError. */
  movedAt(reference: Reference, platform: Platform): Promise<Date>
}

/** What became of a request to the catalogue. */
export type CatalogueFault =
  | { readonly what: 'refused'; readonly status: number }
  | { readonly what: 'unreachable'; readonly connection: ConnectionError }
  | { readonly what: 'too-large'; readonly maxBytes: number }
  | { readonly what: 'not-a-list' }
  | { readonly what: 'no-tag'; readonly tag: string }
  /** A field of the tag's row is not what it should be. */
  | { readonly what: 'bad-row'; readonly tag: string; readonly field: string }
  /** The catalogue dates tags, and a digest never moves. */
  | { readonly what: 'digest'; readonly digest: Digest }

/** The catalogue said no, said nothing, or does not know the tag. Doubt is an error, never an answer. */
export class TagCatalogueError extends Error {
  override readonly name = 'TagCatalogueError'
  readonly address: string
  readonly fault: CatalogueFault

  constructor(address: string, fault: CatalogueFault, options?: ErrorOptions) {
    super(`${address}: ${fault.what}`, options)
    this.address = address
    this.fault = fault
  }

  get kind(): FailureKind {
    const { fault } = this
    const isOut =
      (fault.what === 'unreachable' && isOutageCode(fault.connection.code)) ||
      (fault.what === 'refused' && isOutageStatus(fault.status))
    return isOut ? 'outage' : 'refusal'
  }
}

/** The longest list that is read, in bytes. The longest known one, of dotnet/aspnet, has about 5 MB. */
const maxBytes = 10 * 1024 * 1024

/** Milliseconds until the whole list must be there. */
const timeout = 120_000

/** Rows of other tags are not looked at. */
const listSchema = v.array(v.unknown())
const namedSchema = v.object({ name: v.string() })
const rowSchema = v.object({
  lastModifiedDate: v.pipe(v.string(), v.transform(parseInstant), v.date()),
  architecture: v.nullish(v.string()),
  operatingSystem: v.nullish(v.string()),
})

type Row = v.InferOutput<typeof rowSchema>

/**
 * Reads the catalogue behind the tag pages of https://mcr.microsoft.com. It is not documented: one JSON array with a row
 * for each tag and platform.
 */
export function tagCatalogue(http: HttpClient): TagCatalogue {
  return {
    async movedAt(reference, platform) {
      const { registry, repository, tag = 'latest', digest } = reference
      const scheme = isLoopback(registry) ? 'http' : 'https'
      const address = `${scheme}://${registry}/api/v1/catalog/${repository}/tags`
      if (digest !== undefined) throw new TagCatalogueError(address, { what: 'digest', digest })
      const rows = rowsOf(tag, await fetchList(http, address), address)
      return newest(ofPlatform(rows, platform))
    },
  }
}

async function fetchList(http: HttpClient, address: string): Promise<readonly unknown[]> {
  const { status, body } = await ask(http, address)
  if (status !== 200) throw new TagCatalogueError(address, { what: 'refused', status })
  const list = v.safeParse(listSchema, parseJson(body.toString('utf8')))
  if (list.success) return list.output
  throw new TagCatalogueError(address, { what: 'not-a-list' })
}

async function ask(http: HttpClient, address: string): Promise<HttpResponse> {
  try {
    return await http({ method: 'GET', url: address, headers: { accept: 'application/json' }, timeout, maxBytes })
  } catch (cause) {
    if (cause instanceof ConnectionError)
      throw new TagCatalogueError(address, { what: 'unreachable', connection: cause })
    if (cause instanceof TooLargeError) throw new TagCatalogueError(address, { what: 'too-large', maxBytes }, { cause })
    throw cause
  }
}

/** The rows of a tag, at least one; a row of it that cannot be read might have been the newest. */
function rowsOf(tag: string, list: readonly unknown[], address: string): readonly [Row, ...Row[]] {
  const [first, ...more] = list
    .filter((row) => v.is(namedSchema, row) && row.name === tag)
    .map((row) => {
      const result = v.safeParse(rowSchema, row)
      if (result.success) return result.output
      const field = v.getDotPath(result.issues[0]) ?? 'row'
      throw new TagCatalogueError(address, { what: 'bad-row', tag, field })
    })
  if (first !== undefined) return [first, ...more]
  throw new TagCatalogueError(address, { what: 'no-tag', tag })
}

/** The rows of a platform; all where none is of it, since the date of the whole tag is never too early. */
function ofPlatform(rows: readonly [Row, ...Row[]], { os, architecture }: Platform): readonly [Row, ...Row[]] {
  const [first, ...more] = rows.filter(
    (row) => isNamed(row.architecture, architecture) && (!row.operatingSystem || isNamed(row.operatingSystem, os)),
  )
  return first === undefined ? rows : [first, ...more]
}

function isNamed(text: string | null | undefined, name: string): boolean {
  return text?.toLowerCase() === name
}

function newest(rows: readonly [Row, ...Row[]]): Date {
  return new Date(Math.max(...rows.map((row) => row.lastModifiedDate.getTime())))
}

/** Reads `2026-03-10T17:05:12.1234567Z`. Without a zone it is UTC, as all dates of the catalogue are. */
function parseInstant(text: string): Date {
  const [, instant, zone] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? []
  return new Date(instant === undefined ? Number.NaN : `${instant}${zone ?? 'Z'}`)
}
