import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

/** Where to push: any registry, with the value of the Authorization header if it wants one. */
export interface PushTarget {
  /** `http://localhost:<port>`. */
  readonly registry: string
  readonly authorization?: string
  readonly repository: string
  /** Not given: the image is pushed by its digest alone, as children of an index are. */
  readonly tag?: string
}

export interface TinyImageOptions extends PushTarget {
  readonly labels?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  /** One layer for each text, which is the content of its one file. Equal texts give equal layers in all images. */
  readonly layers?: readonly string[]
  /** `linux/amd64` if not given. */
  readonly platform?: string
  /** `docker` if not given: manifest version 2, schema 2. */
  readonly format?: Format
  /** When the image was built; ISO 8601. */
  readonly created?: string
}

export type Format = 'docker' | 'oci'

/** An image as it was pushed. */
export interface TinyImage {
  readonly digest: string
  readonly mediaType: string
  /** Size of the manifest in bytes. */
  readonly size: number
  readonly platform: string
  readonly configDigest: string
  /** Uncompressed digests of the layers, lowest first. */
  readonly diffIds: readonly string[]
  /** Digests of the layers as they are in the registry, lowest first. */
  readonly layerDigests: readonly string[]
}

const mediaTypes = {
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
} as const

/** Builds a minimal image without an engine and pushes it. Equal options give equal digests. */
export async function pushTinyImage(options: TinyImageOptions): Promise<TinyImage> {
  const { labels = {}, environment = {}, layers = ['tiny'], platform = 'linux/amd64', format = 'docker' } = options
  const types = mediaTypes[format]
  const archives = await Promise.all(layers.map(layerArchive))
  const diffIds = archives.map(sha256)
  const created = options.created ?? '2026-01-01T00:00:00Z'
  const config = jsonBytes({
    ...platformDocument(platform),
    created,
    config: { Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`), Labels: labels },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: diffIds.map((diffId) => ({ created, created_by: `COPY ${diffId} /` })),
  })
  const blobs = archives.map((archive) => gzipSync(archive))
  await Promise.all([...blobs, config].map((blob) => pushBlob(options, blob)))

  const manifest = jsonBytes({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, size: config.length, digest: sha256(config) },
    layers: blobs.map((blob) => ({ mediaType: types.layer, size: blob.length, digest: sha256(blob) })),
  })
  await pushManifest(options, types.manifest, manifest)
  return {
    digest: sha256(manifest),
    mediaType: types.manifest,
    size: manifest.length,
    platform,
    configDigest: sha256(config),
    diffIds,
    layerDigests: blobs.map(sha256),
  }
}

/** Pushes an image index (docker: manifest list) over images that are in the same repository; it states no empty platform. */
export async function putIndex(
  options: PushTarget & { readonly images: readonly TinyImage[]; readonly format?: Format },
): Promise<{ readonly digest: string; readonly mediaType: string }> {
  const mediaType = mediaTypes[options.format ?? 'docker'].index
  const manifests = options.images.map(({ digest, size, mediaType, platform }) => {
    return { mediaType, size, digest, ...(platform !== '' && { platform: platformDocument(platform) }) }
  })
  const index = jsonBytes({ schemaVersion: 2, mediaType, manifests })
  await pushManifest(options, mediaType, index)
  return { digest: sha256(index), mediaType }
}

/** The content address of some bytes: `sha256:<64 hex digits>`. */
export function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

async function layerArchive(content: string): Promise<Buffer> {
  const archive = pack()
  archive.entry({ name: 'content.txt', mtime: new Date(0) }, content)
  archive.finalize()
  return buffer(archive)
}

function platformDocument(platform: string): { os: string; architecture: string; variant?: string } {
  const [os = '', architecture = '', variant] = platform.split('/')
  return { os, architecture, ...(variant === undefined ? {} : { variant }) }
}

async function pushBlob(target: PushTarget, blob: Buffer): Promise<void> {
  const start = await send(target, 'POST', `${target.registry}/v2/${target.repository}/blobs/uploads/`, 202)
  const upload = new URL(start.headers.get('location') ?? '', target.registry)
  upload.searchParams.set('digest', sha256(blob))
  await send(target, 'PUT', upload.href, 201, { body: blob, contentType: 'application/octet-stream' })
}

async function pushManifest(target: PushTarget, contentType: string, body: Buffer): Promise<void> {
  const reference = target.tag ?? sha256(body)
  const address = `${target.registry}/v2/${target.repository}/manifests/${reference}`
  await send(target, 'PUT', address, 201, { body, contentType })
}

async function send(
  { authorization }: PushTarget,
  method: string,
  address: string,
  expectedStatus: number,
  { body, contentType }: { body?: Buffer; contentType?: string } = {},
): Promise<Response> {
  const headers = new Headers()
  if (authorization !== undefined) headers.set('authorization', authorization)
  if (contentType !== undefined) headers.set('content-type', contentType)
  const response = await fetch(address, { method, headers, ...(body === undefined ? {} : { body }) })
  const text = await response.text()
  if (response.status === expectedStatus) return response
  throw new Error(`Cannot push to ${new URL(address).pathname}: ${String(response.status)} ${text}`)
}

function jsonBytes(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(document))
}
