import { request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { buffer, json } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import * as v from 'valibot'

/** A request for the registry behind the gate. */
export interface BackingRequest {
  readonly method: string
  /** Path with its query. */
  readonly path: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Buffer | Readable
}

/** An answer that was read to its end. */
export interface BackingAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** The real registry behind the gate. */
export interface BackingRegistry {
  /** Sends a request and gives back the answer with its body still to be read. Rejects when there is none. */
  send(request: BackingRequest): Promise<IncomingMessage>
  putManifest(repository: string, reference: string, manifest: ManifestToPut): Promise<BackingAnswer>
  /** The bytes of a manifest exactly as they were pushed. */
  readManifest(repository: string, digest: string): Promise<string>
  /** Deletes a manifest and all tags on it. */
  deleteManifest(repository: string, digest: string): Promise<void>
  hasBlob(repository: string, digest: string): Promise<boolean>
  /** All tags with their digests, as a client of the registry sees them. */
  tags(repository: string): Promise<ReadonlyMap<string, string>>
}

export interface ManifestToPut {
  readonly bytes: Buffer
  readonly mediaType: string
  /** Host header of the client, so that the Location of the answer is one that it can reach. */
  readonly host?: string | undefined
}

const anyManifest = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')
const tagsList = v.object({ tags: v.nullable(v.array(v.string())) })

/** Talks to the registry that listens on `host` (`localhost:<port>`). */
export function backingRegistry(host: string): BackingRegistry {
  const { port } = new URL(`http://${host}`)

  const send = (request: BackingRequest) => sendTo(port, request)
  const ask = async (request: BackingRequest, expectedStatus: number) =>
    expect(expectedStatus, request, await send(request))

  async function digestOf(repository: string, tag: string): Promise<string> {
    const path = `/v2/${repository}/manifests/${tag}`
    const answer = await ask({ method: 'HEAD', path, headers: { accept: anyManifest } }, 200)
    answer.resume()
    return String(answer.headers['docker-content-digest'])
  }

  return {
    send,
    async putManifest(repository, reference, { bytes, mediaType, host: clientHost }) {
      const answer = await send({
        method: 'PUT',
        path: `/v2/${repository}/manifests/${reference}`,
        headers: { 'content-type': mediaType, ...(clientHost === undefined ? {} : { host: clientHost }) },
        body: bytes,
      })
      return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) }
    },
    async readManifest(repository, digest) {
      const path = `/v2/${repository}/manifests/${digest}`
      return (await buffer(await ask({ method: 'GET', path, headers: { accept: anyManifest } }, 200))).toString()
    },
    async deleteManifest(repository, digest) {
      const answer = await ask({ method: 'DELETE', path: `/v2/${repository}/manifests/${digest}` }, 202)
      answer.resume()
    },
    async hasBlob(repository, digest) {
      const answer = await send({ method: 'HEAD', path: `/v2/${repository}/blobs/${digest}` })
      answer.resume()
      return answer.statusCode === 200
    },
    async tags(repository) {
      const answer = await send({ method: 'GET', path: `/v2/${repository}/tags/list` })
      // The registry knows a repository only from its first image on.
      if (answer.statusCode === 404) return new Map()
      const tags = v.parse(tagsList, await json(answer)).tags ?? []
      return new Map(await Promise.all(tags.map(async (tag) => [tag, await digestOf(repository, tag)] as const)))
    },
  }
}

function sendTo(port: string, { method, path, headers = {}, body }: BackingRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port, method, path, headers }, resolve)
    outgoing.on('error', reject)
    if (body === undefined || Buffer.isBuffer(body)) outgoing.end(body)
    else body.once('error', (error) => outgoing.destroy(error)).pipe(outgoing)
  })
}

async function expect(
  status: number,
  { method, path }: BackingRequest,
  answer: IncomingMessage,
): Promise<IncomingMessage> {
  if (answer.statusCode === status) return answer
  const text = (await buffer(answer)).toString()
  throw new Error(`Cannot ${method} ${path} in the registry: ${String(answer.statusCode)} ${text}`)
}
