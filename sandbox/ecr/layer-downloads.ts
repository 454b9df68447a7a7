import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { BackingRegistry } from './backing-registry.ts'

const lifetimeMs = 60 * 60 * 1000

/** Stands in for the bucket that ECR keeps layers in: presigned addresses that work without credentials, for an hour. */
export interface LayerDownloads {
  /** Where to fetch a blob. On another host than the registry (127.0.0.1), as S3 is, so that clients leave their credentials behind. */
  address(repository: string, digest: string): string
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>
}

export function layerDownloads(at: { port: number; clock: () => Date; registry: BackingRegistry }): LayerDownloads {
  const secret = randomBytes(32)
  const sign = (path: string, expires: string): string =>
    createHmac('sha256', secret).update(`${path}\n${expires}`).digest('hex')

  return {
    address(repository, digest) {
      const address = new URL(`http://127.0.0.1:${String(at.port)}/layers/${repository}/${digest}`)
      const expires = String(at.clock().getTime() + lifetimeMs)
      address.searchParams.set('X-Amz-Algorithm', 'AWS4-HMAC-SHA256')
      address.searchParams.set('X-Amz-Expires', expires)
      address.searchParams.set('X-Amz-Signature', sign(address.pathname, expires))
      return address.href
    },

    async answer(request, response) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
      const expires = searchParams.get('X-Amz-Expires') ?? ''
      if (request.headers.authorization !== undefined) {
        refuse(response, 400, 'InvalidArgument', 'Only one auth mechanism allowed')
      } else if (searchParams.get('X-Amz-Signature') !== sign(pathname, expires)) {
        refuse(response, 403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match')
      } else if (Number(expires) <= at.clock().getTime()) {
        refuse(response, 403, 'AccessDenied', 'Request has expired')
      } else {
        const path = pathname.replace(/^\/layers\/(.+)\/([^/]+)$/, '/v2/$1/blobs/$2')
        const blob = await at.registry.send({ method: 'GET', path })
        const { 'content-length': length } = blob.headers
        response.writeHead(blob.statusCode ?? 500, {
          'content-type': 'application/octet-stream',
          ...(length === undefined ? {} : { 'content-length': length }),
        })
        await pipeline(blob, response)
      }
    },
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  )
}
