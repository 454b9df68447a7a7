import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { type EngineMessage, EngineReportError, readJsonLines } from '../../src/docker/json-lines.ts'
import { rejects } from '../support/problems.ts'

function streamOf(...chunks: (string | Buffer)[]): Readable {
  return Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  )
}

async function readAll(stream: Readable): Promise<EngineMessage[]> {
  const messages: EngineMessage[] = []
  for await (const message of readJsonLines(stream)) messages.push(message)
  return messages
}

describe('readJsonLines', () => {
  it('puts messages together again that were cut inside a character', async () => {
    const bytes = Buffer.from('{"status":"hällo"}\r\n{"id":"a"}\n')
    const cut = bytes.indexOf(0xc3) + 1

    const messages = await readAll(streamOf(bytes.subarray(0, cut), bytes.subarray(cut)))

    assert.deepEqual(messages, [{ status: 'hällo' }, { id: 'a' }])
  })

  it('reads the last line though it has no end', async () => {
    await assert.rejects(readAll(streamOf('{"status":"a"}\n{"error":"boom"}')), new EngineReportError('boom'))
  })

  it('throws what an error line says, though messages follow', async () => {
    const stream = streamOf('{"errorDetail":{"code":1,"message":"no"},"error":"no"}\n{"status":"done"}\n')

    await assert.rejects(readAll(stream), new EngineReportError('no'))
  })

  it('throws an error that has only its details', async () => {
    await assert.rejects(readAll(streamOf('{"errorDetail":{"message":"no"}}\n')), new EngineReportError('no'))
  })

  for (const line of ['<html>', '{"status":', '"text"', '{"status":1}']) {
    it(`refuses ${line}`, async () => {
      await rejects(readAll(streamOf(`${line}\n`)), {
        name: 'EngineAnswerError',
        reason: `a line of it is not a message: ${line}`,
      })
    })
  }

  it('fails where the stream breaks', async () => {
    const stream = streamOf('{"status":"a"}\n')
    stream.once('data', () => stream.destroy(new Error('broken')))

    await assert.rejects(readAll(stream), new Error('broken'))
  })
})
