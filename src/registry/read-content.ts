import * as v from 'valibot'
import { type ImageConfig, parseImageConfig } from '../model/image-config.ts'
import { type Manifest, manifestMediaTypes, parseManifest } from '../model/manifest.ts'
import { parseJson } from '../model/parse-json.ts'

/** What came instead of a manifest or a configuration. */
export type ContentFault =
  | { readonly is: 'web-page' | 'not-json' | 'schema-1' | 'not-an-image' | 'not-a-configuration' | 'nested-index' }
  /** As the registry states it, where it looks like a media type. */
  | { readonly is: 'other-media-type'; readonly mediaType?: string }

/** The content of an answer is something else than it should be. */
export class ContentError extends Error {
  override readonly name = 'ContentError'
  readonly fault: ContentFault

  constructor(fault: ContentFault, options?: ErrorOptions) {
    super(fault.is, options)
    this.fault = fault
  }
}

const knownMediaTypes: readonly string[] = manifestMediaTypes
const fieldsSchema = v.object({ schemaVersion: v.optional(v.number()), mediaType: v.optional(v.string()) })

/**
 * Reads the body of a manifest. Throws ContentError.
 * The media type in the body rules; the header's only tells where the body has none.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md
 */
export function readManifestBody(body: Buffer, contentType: string | undefined): Manifest {
  const text = body.toString('utf8')
  const headerType = mediaTypeOf(contentType)
  if (headerType === 'text/html' || text.trimStart().startsWith('<')) throw new ContentError({ is: 'web-page' })
  const content = parseJson(text)
  if (content === undefined) throw new ContentError({ is: 'not-json' })
  const fields = v.safeParse(fieldsSchema, content)
  const { schemaVersion, mediaType } = fields.success ? fields.output : {}
  if (schemaVersion === 1 || isSchema1(mediaType ?? headerType)) throw new ContentError({ is: 'schema-1' })
  if (mediaType !== undefined && !knownMediaTypes.includes(mediaType)) {
    throw new ContentError({ is: 'other-media-type', ...(looksLikeMediaType(mediaType) && { mediaType }) })
  }
  try {
    return parseManifest(text)
  } catch (error) {
    throw new ContentError({ is: 'not-an-image' }, { cause: error })
  }
}

/** Reads the body of an image's configuration; throws ContentError. */
export function readConfiguration(body: Buffer): ImageConfig {
  try {
    return parseImageConfig(body.toString('utf8'))
  } catch (error) {
    throw new ContentError({ is: 'not-a-configuration' }, { cause: error })
  }
}

/** Whether the type that a registry states lets its digest be taken for that of an image. */
export function isManifestType(contentType: string | undefined): boolean {
  const type = mediaTypeOf(contentType)
  return type === undefined || knownMediaTypes.includes(type)
}

function isSchema1(mediaType: string | undefined): boolean {
  return mediaType?.startsWith('application/vnd.docker.distribution.manifest.v1+') ?? false
}

/** Without parameters such as `; charset=utf-8`. */
function mediaTypeOf(contentType: string | undefined): string | undefined {
  return contentType?.split(';')[0]?.trim().toLowerCase()
}

/** A stranger wrote it. */
function looksLikeMediaType(text: string): boolean {
  return /^[\w.+/-]{1,100}$/.test(text)
}
