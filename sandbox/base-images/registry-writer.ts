import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** The media types of Microsoft's images: https://github.com/distribution/distribution/blob/v2.8.2/docs/spec/manifest-v2-2.md */
export const mediaTypes = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const

/** Milliseconds, enough for the SDK on a slow disk. */
const requestTimeout = 300_000

/** Points to a blob or a manifest in a registry. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** A repository in a registry on the loopback interface. */
export interface Repository {
  /** `localhost:<port>` */
  readonly host: string
  /** `dotnet/aspnet` */
  readonly name: string
}

/** A layer that is in a repository. */
export interface Layer extends Descriptor {
  /** Digest of the uncompressed tar file, as an image's config lists it. */
  readonly diffId: string
  readonly repository: string
}

/** Packs files with `tar` and uploads them as a layer, streamed: nothing of it is kept in memory or on disk. */
export async function uploadLayer(repository: Repository, tarArguments: readonly string[]): Promise<Layer> {
  const unpacked = createHash('sha256')
  const packed = createHash('sha256')
  let size = 0

  let upload = await startUpload(repository)
  const tar = spawn('tar', ['--create', '--sort=name', '--numeric-owner', ...tarArguments], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(tar, 'exit')
  await pipeline(
    tar.stdout,
    observe((chunk) => unpacked.update(chunk)),
    // Stored, not compressed: twice the disk, but both making and pulling the images take half the time.
    createGzip({ level: 0 }),
    observe((chunk) => {
      packed.update(chunk)
      size += chunk.length
    }),
    async (body: AsyncIterable<Uint8Array>) => {
      upload = await nextUpload(upload, { method: 'PATCH', body, duplex: 'half' })
    },
  )
  const [code] = (await exit) as [number | null]
  if (code !== 0) throw new Error(`tar ${tarArguments.join(' ')} ended with ${String(code)}`)

  const digest = `sha256:${packed.digest('hex')}`
  await finishUpload(upload, digest)
  return {
    mediaType: mediaTypes.layer,
    digest,
    size,
    diffId: `sha256:${unpacked.digest('hex')}`,
    repository: repository.name,
  }
}

/** Makes a layer of another repository known in this one, without moving its bytes. */
export async function mountLayer(repository: Repository, layer: Layer): Promise<void> {
  if (layer.repository === repository.name) return
  const query = new URLSearchParams({ mount: layer.digest, from: layer.repository })
  await send(new URL(`blobs/uploads/?${query.toString()}`, baseAddress(repository)), { method: 'POST' })
}

/** Uploads an image's config. */
export async function putConfig(repository: Repository, config: unknown): Promise<Descriptor> {
  const { body, digest, size } = serialize(config)
  await finishUpload(await startUpload(repository), digest, body)
  return { mediaType: mediaTypes.config, digest, size }
}

/** Stores a manifest or an image index, under a tag or, without one, under its digest. */
export async function putManifest(
  repository: Repository,
  manifest: { readonly mediaType: string; readonly [field: string]: unknown },
  tag?: string,
): Promise<Descriptor> {
  const { body, digest, size } = serialize({ schemaVersion: 2, ...manifest })
  await send(new URL(`manifests/${tag ?? digest}`, baseAddress(repository)), {
    method: 'PUT',
    headers: { 'content-type': manifest.mediaType },
    body,
  })
  return { mediaType: manifest.mediaType, digest, size }
}

/** Whether a tag exists. */
export async function hasTag(repository: Repository, tag: string): Promise<boolean> {
  const response = await fetch(new URL(`manifests/${tag}`, baseAddress(repository)), {
    method: 'HEAD',
    headers: { accept: mediaTypes.index },
  })
  if (!response.ok && response.status !== 404) throw new Error(`HEAD ${response.url}: ${String(response.status)}`)
  return response.ok
}

/** Lets tags point to the image index behind another tag, byte for byte. */
export async function copyTag(repository: Repository, from: string, to: readonly string[]): Promise<void> {
  const address = (tag: string) => new URL(`manifests/${tag}`, baseAddress(repository))
  const body = await send(address(from), { headers: { accept: mediaTypes.index } })
  for (const tag of to) {
    await send(address(tag), { method: 'PUT', headers: { 'content-type': mediaTypes.index }, body })
  }
}

async function startUpload(repository: Repository): Promise<URL> {
  return nextUpload(new URL('blobs/uploads/', baseAddress(repository)), { method: 'POST' })
}

async function finishUpload(upload: URL, digest: string, body?: string): Promise<void> {
  upload.searchParams.set('digest', digest)
  await send(upload, { method: 'PUT', ...(body === undefined ? {} : { body }) })
}

/** Every answer to an upload says where it goes on. */
async function nextUpload(url: URL, request: RequestInit): Promise<URL> {
  const response = await ask(url, request)
  await response.body?.cancel()
  return new URL(response.headers.get('location') ?? '', url)
}

function baseAddress({ host, name }: Repository): string {
  return `http://${host}/v2/${name}/`
}

function serialize(value: unknown): { body: string; digest: string; size: number } {
  const body = JSON.stringify(value)
  return { body, digest: `sha256:${createHash('sha256').update(body).digest('hex')}`, size: Buffer.byteLength(body) }
}

async function send(url: URL, request: RequestInit): Promise<string> {
  const response = await ask(url, request)
  return response.text()
}

async function ask(url: URL, request: RequestInit): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(requestTimeout), ...request })
  if (response.ok) return response
  throw new Error(`${request.method ?? 'GET'} ${url.href}: ${String(response.status)} ${await response.text()}`)
}

function observe(note: (chunk: Buffer) => void) {
  return async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      note(chunk)
      yield chunk
    }
  }
}
