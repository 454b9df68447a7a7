import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import type { ContextEntry } from '../../../src/build-context/list-context.ts'
import { connect } from '../../../src/docker/connection/connection.ts'
import { readEngineAddress } from '../../../src/docker/connection/engine-address.ts'
import type { SyncedFolder } from '../../../src/docker/buildkit/file-sync.ts'
import { openSession } from '../../../src/docker/buildkit/session.ts'
import { type FakeEngine, startFakeEngine } from '../../support/fake-engine.ts'
import { type BuildKit, buildKitOn, diffCopyPath, readSenderPacket, receiverPacket } from './buildkit-client.ts'

const modified = 0n
const entries: readonly ContextEntry[] = [
  { kind: 'file', path: '.dockerignore', mode: 0o644, size: 3, modified },
  { kind: 'directory', path: 'src', mode: 0o755, modified },
  { kind: 'file', path: 'src/a.cs', mode: 0o600, size: 4, modified },
  { kind: 'link', path: 'src/link', mode: 0o777, target: 'a.cs', modified },
]

describe('diffCopy', () => {
  let engine: FakeEngine
  beforeEach(async () => {
    engine = await startFakeEngine({})
  })
  afterEach(() => engine.stop())

  async function buildKitWith(read: SyncedFolder['read']): Promise<BuildKit> {
    const connection = connect(readEngineAddress({ DOCKER_HOST: engine.host }))
    await openSession({ folders: { context: { entries, read } } }, connection)
    return buildKitOn([...engine.sessions][0])
  }

  async function* pathAsContent(path: string): AsyncGenerator<Uint8Array> {
    for (const piece of path.split('/')) yield Promise.resolve(Buffer.from(piece))
  }

  it('sends the entries, the files that are asked for, and the end', async () => {
    const buildKit = await buildKitWith(pathAsContent)

    const fetched = await buildKit.fetch({
      'dir-name': 'context',
      'exclude-patterns': 'src',
      followpaths: 'src, .dockerignore',
    })

    assert.equal(fetched.status, '0')
    assert.deepEqual(
      fetched.entries.map(({ path }) => path),
      ['.dockerignore', 'src', 'src/a.cs', 'src/link'],
    )
    assert.deepEqual(fetched.content, { '.dockerignore': '.dockerignore', 'src/a.cs': 'srca.cs' })
  })

  for (const patterns of ['include-patterns', 'followpaths']) {
    it(`sends the .dockerignore alone to whoever asks for it by ${patterns}`, async () => {
      const buildKit = await buildKitWith(pathAsContent)

      const fetched = await buildKit.fetch({ 'dir-name': 'context', [patterns]: '.dockerignore' })

      assert.deepEqual([fetched.status, fetched.content], ['0', { '.dockerignore': '.dockerignore' }])
      assert.equal(fetched.entries.length, 1)
    })
  }

  for (const name of ['other', 'constructor', '']) {
    it(`has no folder "${name}"`, async () => {
      const buildKit = await buildKitWith(pathAsContent)

      assert.equal((await buildKit.fetch({ 'dir-name': name })).status, '5')
    })
  }

  const misuses: readonly [what: string, packet: Uint8Array, status: string][] = [
    ['asks for a folder as if it were a file', receiverPacket(1, 1), '5'],
    ['asks for a file that was never listed', receiverPacket(1, 99), '5'],
    ['says that it failed', receiverPacket(4, 0, 'no space left'), '13'],
    ['sends what it may not send', receiverPacket(2), '13'],
  ]
  for (const [what, packet, status] of misuses) {
    it(`ends the transfer where the receiver ${what}`, async () => {
      const buildKit = await buildKitWith(pathAsContent)
      const call = buildKit.call(diffCopyPath, { 'dir-name': 'context' })

      call.send(packet)
      while ((await call.receive()) !== undefined);

      assert.equal(await call.status, status)
    })
  }

  it('ends the transfer where a file cannot be read', async () => {
    const buildKit = await buildKitWith(async function* () {
      yield await Promise.resolve(Buffer.from('half'))
      throw new Error('gone')
    })

    assert.equal((await buildKit.fetch({ 'dir-name': 'context' })).status, '13')
  })

  it('reads no further than the receiver does, and stops when the receiver goes away', async () => {
    let pieces = 0
    let stopped: () => void = () => undefined
    const isStopped = new Promise<void>((resolve) => (stopped = resolve))
    const buildKit = await buildKitWith(async function* () {
      try {
        for (; ; pieces++) yield await turn(Buffer.alloc(32_768))
      } finally {
        stopped()
      }
    })
    const call = buildKit.call(diffCopyPath, { 'dir-name': 'context' })
    call.send(receiverPacket(1, 0))
    while (readSenderPacket((await call.receive()) ?? Buffer.alloc(0)).type === 0);

    for (let turns = 0; turns < 500; turns++) await turn()

    assert.ok(pieces < 100, `${String(pieces)} pieces were read ahead`)
    call.cancel()
    await isStopped
  })

  it('stops when the session ends', async () => {
    const buildKit = await buildKitWith(pathAsContent)
    const call = buildKit.call(diffCopyPath, { 'dir-name': 'context' })
    await call.receive()

    for (const session of engine.sessions) session.destroy()

    assert.equal(await call.status, 'none')
  })
})
