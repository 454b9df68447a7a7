import assert from 'node:assert/strict'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { type FakeAnswers, startFakeEngine } from '../support/fake-engine.ts'
import { rejects } from '../support/problems.ts'

async function list(answers: FakeAnswers) {
  const engine = await startFakeEngine({
    'GET /containers/json': { body: [] },
    'GET /images/json': { body: [] },
    ...answers,
  })
  try {
    return { held: await dockerEngine({ environment: { DOCKER_HOST: engine.host } }).list(), asked: engine.requests }
  } finally {
    await engine.stop()
  }
}

describe('listEngineContents', () => {
  it('tells of containers, also of those that ended', async () => {
    const labels = { 'platform-image.owner': 'me' }
    const { held, asked } = await list({
      'GET /containers/json': {
        body: [
          { Id: 'a', Names: ['/web/alias', '/platform-image-test-me'], State: 'running', Labels: labels },
          { Id: 'b', Names: null, State: 'exited', Labels: null },
        ],
      },
    })

    assert.deepEqual(held.containers, [
      { id: 'a', name: 'platform-image-test-me', isRunning: true, labels },
      { id: 'b', name: '', isRunning: false, labels: {} },
    ])
    assert.equal(asked[0]?.query.all, 'true')
  })

  it('tells of images by name and by digest, and leaves out what has none', async () => {
    const { held } = await list({
      'GET /images/json': {
        body: [
          { RepoTags: ['a:1', 'b:2'], RepoDigests: ['a@sha256:1'] },
          { RepoTags: ['<none>:<none>', 'a@sha256:2'], RepoDigests: ['a@sha256:2', '<none>@<none>'] },
          { RepoTags: null, RepoDigests: null },
        ],
      },
    })

    assert.deepEqual(held.images, [
      { names: ['a:1', 'b:2'], digests: ['a@sha256:1'] },
      { names: [], digests: ['a@sha256:2'] },
      { names: [], digests: [] },
    ])
  })

  it("takes names by digest from containerd's store, which lists them among the tags", async () => {
    const own = 'localhost/platform-image/base:1'
    const { held } = await list({
      'GET /images/json': {
        body: [
          {
            RepoTags: ['1.dkr.ecr.eu-west-1.amazonaws.com/base@sha256:1', 'docker.io/library/base@sha256:1', own],
            RepoDigests: ['localhost/platform-image/base@sha256:1'],
          },
        ],
      },
    })

    assert.deepEqual(held.images, [
      {
        names: [own],
        digests: [
          'localhost/platform-image/base@sha256:1',
          '1.dkr.ecr.eu-west-1.amazonaws.com/base@sha256:1',
          'docker.io/library/base@sha256:1',
        ],
      },
    ])
  })

  it('asks again where an image is removed just then', async () => {
    let asked = 0
    const { held } = await list({
      'GET /images/json': () =>
        (asked += 1) < 3
          ? { status: 404, body: { message: 'content digest sha256:1: not found' } }
          : { body: [{ RepoTags: ['a:1'], RepoDigests: null }] },
    })

    assert.deepEqual(held.images, [{ names: ['a:1'], digests: [] }])
    assert.equal(asked, 3)
  })

  it('tells that the engine could not say', async () => {
    await rejects(list({ 'GET /images/json': { status: 500, body: { message: 'no memory' } } }), {
      message: 'Cannot list what the engine holds: no memory.',
    })
  })
})
