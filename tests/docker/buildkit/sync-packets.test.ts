import assert from 'node:assert/strict'
import type { ContextEntry } from '../../../src/build-context/list-context.ts'
import {
  dataPacket,
  endOfEntries,
  entryPacket,
  finishedPacket,
  readReceiverPacket,
} from '../../../src/docker/buildkit/sync-packets.ts'
import { readSenderPacket, receiverPacket } from './buildkit-client.ts'

const modified = 1_700_000_000_123_456_789n

describe('entryPacket', () => {
  const file = { kind: 'file', path: 'src/ü b.cs', mode: 0o644, size: 5_000_000_000, modified } as const
  const rows: readonly [what: string, entry: ContextEntry, mode: number, size: number, target: string][] = [
    ['a file', file, 0o644, 5_000_000_000, ''],
    ['a file with setuid', { ...file, mode: 0o4755 }, 0o755 + 2 ** 23, 5_000_000_000, ''],
    ['a file with setgid and sticky', { ...file, mode: 0o3700 }, 0o700 + 2 ** 22 + 2 ** 20, 5_000_000_000, ''],
    ['a folder', { ...file, kind: 'directory', mode: 0o1777 }, 0o777 + 2 ** 31 + 2 ** 20, 0, ''],
    ['a link', { ...file, kind: 'link', mode: 0o777, target: '../ü' }, 0o777 + 2 ** 27, 5, '../ü'],
  ]
  for (const [what, entry, mode, size, target] of rows) {
    it(`tells of ${what}`, () => {
      const packet = readSenderPacket(entryPacket(entry))

      assert.equal(packet.type, 0)
      assert.deepEqual(packet.entry, { path: 'src/ü b.cs', mode, size, modified, target })
    })
  }

  it('is followed by a packet without an entry', () => {
    assert.deepEqual(readSenderPacket(endOfEntries), { type: 0, id: 0, data: Buffer.alloc(0) })
  })
})

describe('dataPacket', () => {
  for (const text of ['content', '']) {
    it(`carries "${text}"`, () => {
      assert.deepEqual(readSenderPacket(dataPacket(300, Buffer.from(text))), {
        type: 2,
        id: 300,
        data: Buffer.from(text),
      })
    })
  }
})

describe('finishedPacket', () => {
  it('says nothing else', () => {
    assert.deepEqual(readSenderPacket(finishedPacket()), { type: 3, id: 0, data: Buffer.alloc(0) })
  })
})

describe('readReceiverPacket', () => {
  it('reads what a receiver says', () => {
    assert.deepEqual(readReceiverPacket(receiverPacket(1, 7)), { kind: 'request', id: 7 })
    assert.deepEqual(readReceiverPacket(receiverPacket(3)), { kind: 'finished' })
    assert.deepEqual(readReceiverPacket(receiverPacket(4, 0, 'full')), { kind: 'failed', reason: 'full' })
  })

  for (const bytes of [receiverPacket(2), new Uint8Array(), Buffer.from([0xff])]) {
    it(`refuses the bytes [${String([...bytes])}]`, () => {
      assert.throws(() => readReceiverPacket(bytes), Error)
    })
  }
})
