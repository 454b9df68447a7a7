import * as v from 'valibot'
import { type ImageConfig, parseImageConfig } from '../model/image-config.ts'
import { type Manifest, manifestMediaTypes, parseManifest } from '../model/manifest.ts'

const knownMediaTypes: readonly string[] = manifestMediaTypes
const fieldsSchema = v.object({ schemaVersion: v.optional(v.number()), mediaType: v.optional(v.string()) })
const checkBase = 'Check the FROM of the Dockerfile, or the input "baseImage"'
const checkNetwork = 'Check the input "registryMirrors", and the agent\'s network for a proxy or a sign-in page'

/**
 * Reads the body of a manifest. Throws an Error that says what it is instead, and what to do; without a full stop.
 * The media type in the body rules; the header's only tells where the body has none.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md
 */
export function readManifestBody(body: Buffer, contentType: string | undefined): Manifest {
  const text = body.toString('utf8')
  const headerType = mediaTypeOf(contentType)
  if (headerType === 'text/html' || text.trimStart().startsWith('<')) {
    throw new Error(`a web page came instead of a manifest. ${checkNetwork}`)
  }
  const content = parseJson(text)
  if (content === undefined) throw new Error(`what came instead of a manifest is not JSON. ${checkNetwork}`)
  const fields = v.safeParse(fieldsSchema, content)
  const { schemaVersion, mediaType } = fields.success ? fields.output : {}
  if (schemaVersion === 1 || isSchema1(mediaType ?? headerType)) {
    throw new Error(
      'it is stored as a manifest of schema 1, which names no configuration and which Docker gave up. Have it pushed again by a current Docker, or choose another base image',
    )
  }
  if (mediaType !== undefined && !knownMediaTypes.includes(mediaType)) {
    throw new Error(`its media type is ${quoted(mediaType)}, which is no image. ${checkBase}`)
  }
  try {
    return parseManifest(text)
  } catch (error) {
    throw new Error(`it is neither the manifest of an image nor an image index. ${checkBase}`, { cause: error })
  }
}

/** Reads the body of an image's configuration; throws as `readManifestBody` does. */
export function readConfiguration(body: Buffer): ImageConfig {
  try {
    return parseImageConfig(body.toString('utf8'))
  } catch (error) {
    throw new Error(`its configuration is not that of an image. ${checkBase}`, { cause: error })
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a stranger wrote, only where it looks like a media type. */
function quoted(mediaType: string): string {
  return /^[\w.+/-]{1,100}$/.test(mediaType) ? `"${mediaType}"` : 'not one'
}
