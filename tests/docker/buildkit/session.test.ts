import assert from 'node:assert/strict'
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { connect } from '../../../src/docker/connection/connection.ts'
import { readEngineAddress } from '../../../src/docker/connection/engine-address.ts'
import { openSession, type SessionOffer } from '../../../src/docker/buildkit/session.ts'
import { type FakeEngine, startFakeEngine } from '../../support/fake-engine.ts'
import { buildKitOn } from './buildkit-client.ts'
import { rejects } from '../../support/problems.ts'

interface Reply {
  readonly status: string
  readonly strings: readonly string[]
}

describe('openSession', () => {
  let engine: FakeEngine
  beforeEach(async () => {
    engine = await startFakeEngine({})
  })
  afterEach(() => engine.stop())

  function open(offer: SessionOffer = {}): ReturnType<typeof openSession> {
    return openSession(offer, connect(readEngineAddress({ DOCKER_HOST: engine.host })))
  }

  /** Calls back as BuildKit does, with field 1 as the request. */
  async function callBack(path: string, text = ''): Promise<Reply> {
    const call = buildKitOn([...engine.sessions][0]).call(path)
    call.send(new BinaryWriter().tag(1, WireType.LengthDelimited).string(text).finish())
    const answer = await call.receive()
    return { status: await call.status, strings: readStrings(answer ?? new Uint8Array()) }
  }

  it('gives the credentials of a registry to whoever asks for that registry', async () => {
    await open({ credentials: { 'registry.example:5000': { username: 'AWS', password: 'token' } } })

    const reply = await callBack('/moby.filesync.v1.Auth/Credentials', 'registry.example:5000')

    assert.deepEqual(reply, { status: '0', strings: ['AWS', 'token'] })
  })

  for (const host of ['other.example', 'constructor']) {
    it(`gives no credentials for ${host}`, async () => {
      await open({ credentials: { 'registry.example': { username: 'AWS', password: 'token' } } })

      const reply = await callBack('/moby.filesync.v1.Auth/Credentials', host)

      assert.deepEqual(reply, { status: '0', strings: [] })
    })
  }

  it('knows the host that serves the images of Docker Hub', async () => {
    await open({ credentials: { 'docker.io': { username: 'me', password: 'token' } } })

    const reply = await callBack('/moby.filesync.v1.Auth/Credentials', 'registry-1.docker.io')

    assert.deepEqual(reply.strings, ['me', 'token'])
  })

  it('gives a secret by its id', async () => {
    await open({ secrets: { nuget: 'pässword' } })

    const reply = await callBack('/moby.buildkit.secrets.v1.Secrets/GetSecret', 'nuget')

    assert.deepEqual(reply, { status: '0', strings: ['pässword'] })
  })

  it('says that it has no such secret', async () => {
    await open({ secrets: {} })

    const reply = await callBack('/moby.buildkit.secrets.v1.Secrets/GetSecret', 'toString')

    assert.deepEqual(reply, { status: '5', strings: [] })
  })

  it('is healthy', async () => {
    await open()

    const reply = await callBack('/grpc.health.v1.Health/Check')

    assert.equal(reply.status, '0')
  })

  it('does not pretend to know other methods', async () => {
    await open()

    const reply = await callBack('/moby.filesync.v1.FileSync/TarStream')

    assert.equal(reply.status, '12')
  })

  it('announces what it answers, and under which key BuildKit keeps what it fetches', async () => {
    await open({ sharedKey: 'key' })

    const headers = engine.requests[0]?.headers ?? {}
    assert.equal(headers['x-docker-expose-session-sharedkey'], 'key')
    assert.match(String(headers['x-docker-expose-session-grpc-method']), /FileSync\/DiffCopy/)
  })

  it('is gone once it is closed', async () => {
    const session = await open()
    assert.equal(engine.sessions.size, 1)

    session.close()
    await engine.sessionsEnd()

    assert.equal(engine.sessions.size, 0)
  })

  it('says that the engine has no BuildKit', async () => {
    const old = await startFakeEngine({ 'POST /session': { status: 404, body: { message: 'page not found' } } })
    const connection = connect(readEngineAddress({ DOCKER_HOST: old.host }))

    await rejects(openSession({}, connection), {
      name: 'NoBuildKitError',
      words: 'page not found',
      message: /^Cannot open a BuildKit session: page not found\. .*Docker Engine 20\.10 or later/,
    })

    await old.stop()
  })
})

/** The texts of a message; what else is in it is no matter of these tests, and stepped over. */
function readStrings(message: Uint8Array): string[] {
  const reader = new BinaryReader(message)
  const strings: string[] = []
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    if (wireType === WireType.LengthDelimited) strings.push(reader.string())
    else reader.skip(wireType, number)
  }
  return strings
}
