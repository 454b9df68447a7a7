import assert from 'node:assert/strict'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { type FakeAnswer, type FakeEngine, startFakeEngine } from '../support/fake-engine.ts'
import { anImageDescription } from './image-description.ts'
import { rejects } from '../support/problems.ts'

describe('an engine that is asked about images', () => {
  let engine: FakeEngine
  afterEach(() => engine.stop())

  async function engineThat(answers: Readonly<Record<string, FakeAnswer>>): Promise<ReturnType<typeof dockerEngine>> {
    engine = await startFakeEngine(answers)
    return dockerEngine({ environment: { DOCKER_HOST: engine.host } })
  }

  function describing(description: unknown): Promise<ReturnType<typeof dockerEngine>> {
    return engineThat({ 'GET /images/localhost/a:1/json': { body: description } })
  }

  it('describes an image', async () => {
    const docker = await describing(anImageDescription())

    assert.deepEqual(await docker.inspect('localhost/a:1'), {
      id: `sha256:${'1'.repeat(64)}`,
      platform: { os: 'linux', architecture: 'amd64' },
      labels: { line: 'a' },
      environment: { PATH: '/bin', OPTIONS: 'a=b', EMPTY: '' },
      user: '1654',
      ports: ['8080/tcp'],
      layers: ['sha256:one', 'sha256:two'],
      size: 1234,
    })
  })

  for (const [what, config] of [
    ['empty', {}],
    ['null', { Labels: null, Env: null }],
  ] as const) {
    it(`understands a configuration that is ${what}`, async () => {
      const docker = await describing(anImageDescription({ Variant: 'v8', Config: config, RootFS: { Type: 'layers' } }))

      const image = await docker.inspect('localhost/a:1')

      assert.deepEqual(image?.labels, {})
      assert.deepEqual(image.environment, {})
      assert.deepEqual(image.layers, [])
      assert.equal(image.platform.variant, 'v8')
    })
  }

  it('has no image where the engine says 404', async () => {
    const docker = await engineThat({})

    assert.equal(await docker.inspect('localhost/a:1'), undefined)
  })

  it('does not take an error for an absent image', async () => {
    const broken = { status: 500, body: { message: 'disk full' } }
    const docker = await engineThat({ 'GET /images/localhost/a:1/json': broken })

    await rejects(docker.inspect('localhost/a:1'), {
      name: 'EngineError',
      status: 500,
      message: 'Cannot inspect the image localhost/a:1: disk full.',
    })
  })

  it('refuses an answer that describes no image', async () => {
    const docker = await describing({ Id: 1 })

    await rejects(docker.inspect('localhost/a:1'), {
      name: 'EngineAnswerError',
      operation: 'inspect the image localhost/a:1',
      reason: 'its field Id is not as expected',
    })
  })

  it('removes a name, and is content where it is absent', async () => {
    const docker = await engineThat({ 'DELETE /images/localhost/a:1': { body: [] } })

    await docker.remove('localhost/a:1')
    await docker.remove('localhost/absent:1')

    assert.deepEqual(
      engine.requests.map(({ method, path }) => `${method} ${path}`),
      ['DELETE /images/localhost/a:1', 'DELETE /images/localhost/absent:1'],
    )
  })

  it('tells why a name cannot be removed', async () => {
    const used = { status: 409, body: { message: 'in use by a container' } }
    const docker = await engineThat({ 'DELETE /images/localhost/a:1': used })

    await rejects(docker.remove('localhost/a:1'), {
      message: 'Cannot remove the image localhost/a:1: in use by a container.',
    })
  })
})
