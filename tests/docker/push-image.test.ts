import assert from 'node:assert/strict'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { digestOf } from '../../src/model/digest.ts'
import { parseReference } from '../../src/model/reference.ts'
import { type FakeAnswer, type FakeAnswers, type FakeEngine, startFakeEngine } from '../support/fake-engine.ts'
import { rejects } from '../support/problems.ts'

const digest = digestOf('image')
const target = parseReference('registry.example:5000/platform/aspnet:10.0-1.0.0')
const pushed = { status: `10.0-1.0.0: digest: ${digest} size: 735` }

describe('pushImage', () => {
  let engine: FakeEngine
  afterEach(() => engine.stop())

  async function push(
    answer: FakeAnswer,
    request: object = {},
    more: FakeAnswers = {},
    signal = new AbortController().signal,
  ): Promise<string> {
    engine = await startFakeEngine({
      'POST /images/localhost/a:1/tag': { status: 201 },
      'POST /images/registry.example:5000/platform/aspnet/push': answer,
      'DELETE /images/registry.example:5000/platform/aspnet:10.0-1.0.0': { body: [] },
      ...more,
    })
    const docker = dockerEngine({ environment: { DOCKER_HOST: engine.host }, signal })
    const credentials = { username: 'AWS', password: 'tokén' }
    return docker.push({ name: 'localhost/a:1', target, credentials, onProgress: () => undefined, ...request })
  }

  function removedTags(): string[] {
    return engine.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path)
  }

  it('gives the digest, and removes the tag it needed', async () => {
    const stored = await push({ lines: [{ status: 'Pushed', id: 'a1' }, pushed] })

    assert.equal(stored, digest)
    assert.deepEqual(removedTags(), ['/images/registry.example:5000/platform/aspnet:10.0-1.0.0'])
    assert.deepEqual(engine.requests[0]?.query, {
      repo: 'registry.example:5000/platform/aspnet',
      tag: '10.0-1.0.0',
    })
  })

  it('sends credentials in the header only', async () => {
    await push({ lines: [pushed] })

    const sent = engine.requests.find(({ path }) => path.endsWith('/push'))
    const header = String(sent?.headers['x-registry-auth'])
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
      username: 'AWS',
      password: 'tokén',
      serveraddress: 'registry.example:5000',
    })
    assert.doesNotMatch(JSON.stringify([sent?.query, sent?.body.toString()]), /tok/)
  })

  it('accepts a digest that the engine repeats', async () => {
    const aux = { Tag: '10.0-1.0.0', Digest: digest, Size: 735 }

    assert.equal(await push({ lines: [pushed, { progressDetail: {}, aux }] }), digest)
  })

  it('trusts no push with two digests', async () => {
    const aux = { Tag: '10.0-1.0.0', Digest: digestOf('other'), Size: 735 }

    await rejects(push({ lines: [pushed, { aux }] }), { message: /names two digests/ })
  })

  it("gives the registry's words where it refuses, and removes the tag", async () => {
    const refused = push({ lines: [{ status: 'Preparing' }, { error: 'denied: tag is immutable ##vso[x]' }] })

    await rejects(refused, {
      name: 'PushRefusedError',
      operation: 'push registry.example:5000/platform/aspnet:10.0-1.0.0',
      refusal: 'forbidden',
      words: 'denied: tag is immutable ##_vso[x]',
    })
    assert.equal(removedTags().length, 1)
  })

  it('does not take an answer without a digest for a push', async () => {
    await rejects(push({ lines: [{ status: 'Pushed' }] }), {
      name: 'PushRefusedError',
      refusal: 'connection-cut',
      message: /ended before the push did/,
    })
  })

  it('fails where the connection breaks, and removes the tag', async () => {
    await assert.rejects(push({ lines: [{ status: 'Pushed' }], end: 'cut' }))

    assert.equal(removedTags().length, 1)
  })

  it('fails where the engine says no', async () => {
    await rejects(push({ status: 500, body: { message: 'write /var: no space left on device' } }), {
      name: 'PushRefusedError',
      refusal: 'disk-full',
      operation: 'push registry.example:5000/platform/aspnet:10.0-1.0.0',
      words: 'write /var: no space left on device',
    })
  })

  it('fails where the image is not in the engine', async () => {
    await rejects(push({}, { name: 'localhost/absent:1' }), { name: 'EngineError', status: 404 })

    assert.deepEqual(removedTags(), [])
  })

  it('removes the tag when it is aborted', async () => {
    const pushing = push({ lines: [{ status: 'Preparing' }], end: 'open' }, {}, {}, AbortSignal.timeout(50))

    await rejects(pushing, { name: 'TimeoutError' })
    assert.equal(removedTags().length, 1)
  })

  it('stands by a push though its tag cannot be removed', async () => {
    const path = 'registry.example:5000/platform/aspnet:10.0-1.0.0'
    const stuck = { [`DELETE /images/${path}`]: { status: 409, body: { message: 'in use' } } }

    assert.equal(await push({ lines: [pushed] }, {}, stuck), digest)
  })

  it('refuses a target without a tag', async () => {
    await rejects(push({}, { target: parseReference('registry.example/a') }), { message: /has no tag/ })
  })
})
