import assert from 'node:assert/strict'
import http2 from 'node:http2'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { GrpcError, type GrpcMethods, serveCalls, unary } from '../../../src/docker/buildkit/grpc-calls.ts'

describe('serveCalls', () => {
  let server: Server
  afterEach(() => server.close())

  /** Writes these pieces one by one, and gives the bytes and the trailers of the answer. */
  async function call(methods: GrpcMethods, path: string, pieces: readonly Buffer[], metadata = {}) {
    server = createServer((socket) => {
      serveCalls(socket, methods)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const client = http2.connect(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`)
    const stream = client.request({ ':method': 'POST', ':path': path, ...metadata })
    let trailers: http2.IncomingHttpHeaders = {}
    stream.once('trailers', (found: http2.IncomingHttpHeaders) => (trailers = found))
    for (const piece of pieces) await new Promise((resolve) => stream.write(piece, resolve))
    stream.end()
    const answer = await buffer(stream)
    client.close()
    return { answer, status: trailers['grpc-status'], message: trailers['grpc-message'] }
  }

  function frame(text: string): Buffer {
    const header = Buffer.alloc(5)
    header.writeUInt32BE(Buffer.byteLength(text), 1)
    return Buffer.concat([header, Buffer.from(text)])
  }

  const both = Buffer.concat([frame('first'), frame(''), frame('second')])
  const cuts: readonly [what: string, pieces: readonly Buffer[]][] = [
    ['that come at once', [both]],
    ['that come byte by byte', [...both].map((byte) => Buffer.from([byte]))],
    ['that are cut in their length', [both.subarray(0, 12), both.subarray(12)]],
  ]
  for (const [what, pieces] of cuts) {
    it(`takes and gives messages ${what}`, async () => {
      const echo: GrpcMethods = {
        '/Echo': async (held) => {
          for (let text = await held.receive(); text !== undefined; text = await held.receive()) await held.send(text)
        },
      }

      assert.deepEqual(await call(echo, '/Echo', pieces), { answer: both, status: '0', message: undefined })
    })
  }

  it('hands over what the caller sent along', async () => {
    const methods: GrpcMethods = {
      '/Name': async (held) => {
        await held.send(Buffer.from([held.metadata('name'), held.metadata('other')].join()))
      },
    }

    const { answer } = await call(methods, '/Name', [], { name: ['a', 'b'] })

    assert.deepEqual(answer, frame('a, b,'))
  })

  const failing: GrpcMethods = {
    '/Known': unary(() => {
      throw new GrpcError(5, 'not ä found')
    }),
    '/Unknown': unary(() => {
      throw new Error('the password is geheim')
    }),
  }
  const failures: readonly [what: string, path: string, status: string, message: string][] = [
    ['the words of a GrpcError', '/Known', '5', 'not%20%C3%A4%20found'],
    ['no words of any other error', '/Unknown', '13', 'the%20call%20failed'],
    ['that a method does not exist', '/Absent', '12', 'no%20such%20method'],
  ]
  for (const [what, path, status, message] of failures) {
    it(`tells ${what}`, async () => {
      assert.deepEqual(await call(failing, path, [frame('')]), { answer: Buffer.alloc(0), status, message })
    })
  }
})
