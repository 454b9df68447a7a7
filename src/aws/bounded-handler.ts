import { NodeHttpHandler } from '@smithy/node-http-handler'
import { Readable, Transform } from 'node:stream'
import { TooLargeError } from '../http/http-client.ts'

/** What an answer may take. */
interface Limits {
  /** Bytes. */
  readonly size: number
  /** Milliseconds from the head of the answer to its end. */
  readonly duration: number
}

/** A page of a thousand images with all their tags has a few millions of bytes. */
const usualLimits: Limits = { size: 32 * 1024 * 1024, duration: 30_000 }

/** An answer of AWS began, and did not end in time. The SDK and its callers know the name as that of an outage. */
class AnswerTimeout extends Error {
  override readonly name = 'TimeoutError'
}

/**
 * The SDK's own handler, which limits the time until an answer begins. This one limits the answer too: its bytes, and the
 * time that it may take.
 */
export class BoundedHandler extends NodeHttpHandler {
  readonly limits: Limits

  constructor(options: ConstructorParameters<typeof NodeHttpHandler>[0], limits = usualLimits) {
    super(options)
    this.limits = limits
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    const { response } = await super.handle(request, options)
    const body: unknown = response.body
    if (body instanceof Readable) response.body = limited(body, request.hostname, this.limits)
    return { response }
  }
}

function limited(body: Readable, host: string, { size, duration }: Limits): Readable {
  let seen = 0
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      if (seen > size) done(new TooLargeError(host, size))
      else done(null, chunk)
    },
  })
  const timer = setTimeout(() => limit.destroy(new AnswerTimeout(`${host} does not end its answer`)), duration)
  limit.once('close', () => {
    clearTimeout(timer)
    body.destroy()
  })
  body.once('error', (error) => limit.destroy(error))
  body.once('aborted', () => limit.destroy(new AnswerTimeout(`${host} breaks off its answer`)))
  return body.pipe(limit)
}
