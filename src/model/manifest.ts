import * as v from 'valibot'
import { type Digest, isDigest } from './digest.ts'
import { type Platform, samePlatform } from './platform.ts'

/** The four forms in which a registry answers for a tag; all are asked for, else an index may come back converted. */
export const manifestMediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const

/** What a digest stands for: one platform's image, or an index of several. */
export type Manifest =
  | { readonly kind: 'image'; readonly config: Digest }
  | { readonly kind: 'index'; readonly entries: readonly IndexEntry[] }

export interface IndexEntry {
  readonly digest: Digest
  readonly platform: Platform
}

const digestSchema = v.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'is not a digest')

const imageSchema = v.object({ config: v.object({ digest: digestSchema }) })

const indexSchema = v.object({
  manifests: v.array(
    v.object({
      digest: digestSchema,
      platform: v.optional(v.object({ os: v.string(), architecture: v.string(), variant: v.optional(v.string()) })),
    }),
  ),
})

/**
 * Reads the manifest of an image or an image index. Entries without a platform are dropped, such as the attestations
 * that BuildKit files under `unknown/unknown`.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * Throws an Error for anything else; the caller says which image it was.
 */
export function parseManifest(json: string): Manifest {
  const content: unknown = JSON.parse(json)
  const index = v.safeParse(indexSchema, content)
  if (index.success) {
    const entries = index.output.manifests.flatMap(({ digest, platform }) =>
      platform === undefined || platform.os === 'unknown' ? [] : [{ digest, platform: plain(platform) }],
    )
    return { kind: 'index', entries }
  }
  const image = v.safeParse(imageSchema, content)
  if (image.success) return { kind: 'image', config: image.output.config.digest }
  throw new Error('it is neither the manifest of an image nor an image index')
}

/** The entry of a platform; undefined where there is none. */
export function entryFor(entries: readonly IndexEntry[], platform: Platform): IndexEntry | undefined {
  return entries.find((candidate) => samePlatform(candidate.platform, platform))
}

function plain({
  os,
  architecture,
  variant,
}: {
  os: string
  architecture: string
  variant?: string | undefined
}): Platform {
  return { os, architecture, ...(variant !== undefined && variant !== '' && { variant }) }
}
