import * as v from 'valibot'
import { type Digest, isDigest } from './digest.ts'
import { type Platform, samePlatform, statedPlatform } from './platform.ts'

/** The four forms in which a registry answers for a tag; all are asked for, else an index may come back converted. */
export const manifestMediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const

/** What a digest stands for: one platform's image, an index of several, or something else that is stored like an image. */
export type Manifest =
  | { readonly kind: 'image'; readonly config: Digest }
  | { readonly kind: 'artifact' }
  | { readonly kind: 'index'; readonly entries: readonly IndexEntry[] }

export interface IndexEntry {
  readonly digest: Digest
  /** Undefined where the index does not say it, since it need not: then only the entry's own configuration tells. */
  readonly platform?: Platform
}

/** Configurations that are read at most to learn the platforms of one index's entries; indexes without platforms are small. */
export const mostPlatformReads = 8

const configMediaTypes: readonly string[] = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]

const digestSchema = v.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'is not a digest')

const imageSchema = v.object({
  artifactType: v.nullish(v.string()),
  config: v.object({ digest: digestSchema, mediaType: v.nullish(v.string()) }),
})

const entrySchema = v.object({
  digest: digestSchema,
  mediaType: v.nullish(v.string()),
  artifactType: v.nullish(v.string()),
  annotations: v.nullish(v.record(v.string(), v.unknown())),
  platform: v.nullish(v.object({ os: v.string(), architecture: v.string(), variant: v.nullish(v.string()) })),
})

const indexSchema = v.object({ manifests: v.array(entrySchema) })

/**
 * Reads the manifest of an image or an image index. Entries that are no image are dropped: attestations, which BuildKit
 * files under `unknown/unknown`, and artifacts.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * Throws an Error for anything else; the caller says which image it was.
 */
export function parseManifest(json: string): Manifest {
  const content: unknown = JSON.parse(json)
  const index = v.safeParse(indexSchema, content)
  if (index.success) {
    const images = index.output.manifests.filter(isImage)
    return {
      kind: 'index',
      entries: images.map(({ digest, platform: stated }) => {
        const platform = stated ? statedPlatform(stated.os, stated.architecture, stated.variant) : undefined
        return { digest, ...(platform && { platform }) }
      }),
    }
  }
  const image = v.safeParse(imageSchema, content)
  if (image.success) {
    const { artifactType, config } = image.output
    const isOfImage = !artifactType && (!config.mediaType || configMediaTypes.includes(config.mediaType))
    return isOfImage ? { kind: 'image', config: config.digest } : { kind: 'artifact' }
  }
  throw new Error('it is neither the manifest of an image nor an image index')
}

/** The entry of a platform; undefined where there is none. */
export function entryFor(entries: readonly IndexEntry[], platform: Platform): IndexEntry | undefined {
  return entries.find((candidate) => candidate.platform !== undefined && samePlatform(candidate.platform, platform))
}

/** Whether an index means an entry to be run; where it says nothing, the entry's own manifest decides. */
function isImage({ mediaType, artifactType, annotations, platform }: v.InferOutput<typeof entrySchema>): boolean {
  const isKnownType = !mediaType || manifestMediaTypes.some((known) => known === mediaType)
  const isAttestation = platform?.os === 'unknown' || annotations?.['vnd.docker.reference.type'] !== undefined
  return isKnownType && !artifactType && !isAttestation
}
