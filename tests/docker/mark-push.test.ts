import assert from 'node:assert/strict'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { pushName } from '../../src/ownership/local-name.ts'
import { digestOf } from '../../src/model/digest.ts'
import { parseReference } from '../../src/model/reference.ts'
import { type FakeAnswer, type FakeEngine, startFakeEngine } from '../support/fake-engine.ts'

const name = 'localhost/platform-image/image:me'
const target = parseReference('ecr.example/platform/aspnet:1.0.0')
const mark = pushName('ecr.example/platform/aspnet:1.0.0', 'me')
const pushed = { lines: [{ status: `1.0.0: digest: ${digestOf('a')} size: 735` }] }

describe('withPushMark', () => {
  let engine: FakeEngine
  afterEach(() => engine.stop())

  async function push(answer: FakeAnswer, owner?: string): Promise<unknown> {
    engine = await startFakeEngine({
      [`POST /images/${name}/tag`]: { status: 201 },
      'POST /images/ecr.example/platform/aspnet/push': answer,
      'DELETE /images/ecr.example/platform/aspnet:1.0.0': { body: [] },
      [`DELETE /images/${mark}`]: { body: [] },
    })
    const docker = dockerEngine({ environment: { DOCKER_HOST: engine.host }, ...(owner !== undefined && { owner }) })
    return docker.push({ name, target, credentials: { username: 'AWS', password: 'token' } })
  }

  /** What was named and removed, in its order. */
  function changes(): string[] {
    return engine.requests.flatMap(({ method, path, query }) => {
      if (path.endsWith('/tag')) return [`+ ${query.repo ?? ''}:${query.tag ?? ''}`]
      return method === 'DELETE' ? [`- ${path.replace('/images/', '')}`] : []
    })
  }

  const around = [
    `+ ${mark}`,
    '+ ecr.example/platform/aspnet:1.0.0',
    '- ecr.example/platform/aspnet:1.0.0',
    `- ${mark}`,
  ]

  it('is there before the name of the target, and goes after it', async () => {
    await push(pushed, 'me')

    assert.deepEqual(changes(), around)
  })

  it('goes after a failure, too', async () => {
    await assert.rejects(push({ lines: [{ error: 'denied' }] }, 'me'), /denied/)

    assert.deepEqual(changes(), around)
  })

  it('is left out where nobody is named', async () => {
    await push(pushed)

    assert.deepEqual(changes(), around.slice(1, 3))
  })
})
