import { createHash } from 'node:crypto'
import * as v from 'valibot'

/** What ECR wants to know of a manifest or image index. */
export interface Manifest {
  readonly digest: string
  /** As the manifest itself says; OCI manifests need not. */
  readonly mediaType: string | undefined
  /** Media type of the config, which tells container images from other artifacts. */
  readonly artifactMediaType: string | undefined
  /** Compressed size of the layers in bytes; undefined for an index. */
  readonly layersSize: number | undefined
  /** Digests of the config and the layers; empty for an index. */
  readonly blobs: readonly string[]
  /** Digests of the manifests that an index lists; empty for one platform's image. */
  readonly children: readonly string[]
  /** Digest of the image that a signature or SBOM belongs to. */
  readonly subject: string | undefined
}

const descriptor = v.object({ digest: v.string(), size: v.number(), mediaType: v.optional(v.string()) })
const manifestDocument = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    mediaType: v.optional(v.string()),
    config: v.optional(descriptor),
    layers: v.optional(v.array(descriptor)),
    manifests: v.optional(v.array(descriptor)),
    subject: v.optional(descriptor),
  }),
)

/** Reads the bytes of a manifest; undefined when they are not one. */
export function readManifest(bytes: Buffer): Manifest | undefined {
  const { success, output } = v.safeParse(manifestDocument, bytes.toString())
  if (!success) return undefined
  const { mediaType, config, layers, manifests, subject } = output
  return {
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    mediaType,
    artifactMediaType: config?.mediaType,
    layersSize: layers?.reduce((total, layer) => total + layer.size, 0),
    blobs: [...(config === undefined ? [] : [config]), ...(layers ?? [])].map((blob) => blob.digest),
    children: manifests?.map((child) => child.digest) ?? [],
    subject: subject?.digest,
  }
}
