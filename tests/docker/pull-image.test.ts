import assert from 'node:assert/strict'
import type { Transfer } from '../../src/dockerfile-build/builder.ts'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { digestOf } from '../../src/model/digest.ts'
import { keptName, parseLocalName } from '../../src/ownership/local-name.ts'
import { parsePlatform } from '../../src/model/platform.ts'
import { parseReference } from '../../src/model/reference.ts'
import { type FakeAnswer, type FakeAnswers, type FakeEngine, startFakeEngine } from '../support/fake-engine.ts'
import { amd64 } from '../support/builders.ts'
import { anImageDescription } from './image-description.ts'
import { rejects } from '../support/problems.ts'

const digest = digestOf('image')
const pulled = `registry.example/dotnet/aspnet@${digest}`
const reference = parseReference(`registry.example/dotnet/aspnet:10.0@${digest}`)
const name = 'localhost/base:run-1'

describe('pullImage', () => {
  let engine: FakeEngine
  afterEach(() => engine.stop())

  async function pull(
    answer: FakeAnswer,
    request: object = {},
    signal?: AbortSignal,
    answers: FakeAnswers = {},
  ): Promise<unknown> {
    engine = await startFakeEngine({
      'POST /images/create': answer,
      [`POST /images/${pulled}/tag`]: { status: 201 },
      [`GET /images/${name}/json`]: { body: anImageDescription() },
      ...answers,
    })
    const docker = dockerEngine({ environment: { DOCKER_HOST: engine.host }, ...(signal && { signal }) })
    return docker.pull({ reference, platform: parsePlatform('linux/amd64'), name, ...request })
  }

  it('pulls by digest for the platform and tags what came', async () => {
    await pull({ lines: [{ status: 'Pulling from dotnet/aspnet', id: '10.0' }, { status: `Digest: ${digest}` }] })

    assert.deepEqual(created()?.query, {
      fromImage: 'registry.example/dotnet/aspnet',
      tag: digest,
      platform: 'linux/amd64',
    })
    assert.equal(tags().at(-1), 'localhost/base:run-1')
  })

  /** The request that pulls. */
  function created() {
    return engine.requests.find(({ path }) => path === '/images/create')
  }

  /** The names that were given, in their order. */
  function tags(): string[] {
    return engine.requests
      .filter(({ path }) => path.endsWith('/tag'))
      .map(({ query }) => `${query.repo ?? ''}:${query.tag ?? ''}`)
  }

  describe('keeps for the next run', () => {
    const kept = keptName(
      { name: reference, platform: amd64, source: 'registry.example/dotnet/aspnet', digest },
      new Date(0),
    )
    const rows: readonly (readonly [what: string, names: readonly string[] | undefined, isKept: boolean])[] = [
      ['what was not there before', undefined, true],
      ['what an earlier run has pulled', [kept, 'team/base:1'], true],
      ['nothing that somebody else has pulled', ['mcr.microsoft.com/dotnet/aspnet:10.0'], false],
      ['nothing that was there without a name', [], false],
    ]
    for (const [what, names, isKept] of rows) {
      it(what, async () => {
        const there = names && { [`GET /images/${pulled}/json`]: { body: anImageDescription({ RepoTags: names }) } }

        await pull({ lines: [] }, {}, undefined, there)

        const [first] = tags().map(parseLocalName)
        assert.equal(first?.role === 'kept' ? first.base : undefined, isKept ? keptBase(kept) : undefined)
        assert.equal(tags().length, isKept ? 2 : 1)
      })
    }

    it('what Dockerfiles call by another name', async () => {
      await pull({ lines: [] }, { knownAs: parseReference('mcr.microsoft.com/dotnet/aspnet:10.0') })

      assert.notEqual(keptBase(tags()[0] ?? ''), keptBase(kept))
    })

    function keptBase(name: string): string | undefined {
      const says = parseLocalName(name)
      return says?.role === 'kept' ? says.base : undefined
    }
  })

  it('pulls again where another run has swept it in between', async () => {
    let attempts = 0
    const tagging = () => (attempts++ === 0 ? { status: 404, body: { message: 'No such image' } } : { status: 201 })

    await pull({ lines: [] }, {}, undefined, { [`POST /images/${pulled}/tag`]: tagging })

    assert.equal(engine.requests.filter(({ path }) => path === '/images/create').length, 2)
    assert.equal(tags().at(-1), name)
  })

  it('sends credentials in the header only', async () => {
    await pull({ lines: [] }, { credentials: { username: 'AWS', password: 'token' } })

    const create = created()
    const header = String(create?.headers['x-registry-auth'])
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
      username: 'AWS',
      password: 'token',
      serveraddress: 'registry.example',
    })
    assert.doesNotMatch(JSON.stringify([create?.query, create?.body.toString()]), /token/)
  })

  it('adds up what has come of the layers', async () => {
    const layer = (id: string, current: number, total?: number) => ({
      id,
      status: 'Downloading',
      progressDetail: { current, ...(total !== undefined && { total }) },
    })
    const told: Transfer[] = []

    await pull(
      {
        lines: [
          layer('a', 10, 100),
          layer('b', 5),
          layer('a', 90, 100),
          { id: 'a', status: 'Extracting', progressDetail: { current: 1, total: 100 } },
          { id: 'c', status: 'Pulling fs layer', progressDetail: {} },
        ],
      },
      { onProgress: (progress: Transfer) => told.push(progress) },
    )

    assert.deepEqual(told, [
      { current: 10, total: 100 },
      { current: 15, total: 100 },
      { current: 95, total: 100 },
    ])
  })

  const refusals: readonly [what: string, answer: FakeAnswer, words: string][] = [
    ['is absent', { status: 404, body: { message: 'manifest unknown' } }, 'manifest unknown'],
    ['is not allowed', { status: 500, body: { message: 'unauthorized' } }, 'unauthorized'],
    ['breaks off', { lines: [{ status: 'Downloading' }, { error: 'unexpected EOF' }] }, 'unexpected EOF'],
  ]
  for (const [what, answer, words] of refusals) {
    it(`gives the words of who refuses where the image ${what}`, async () => {
      await rejects(pull(answer), {
        name: 'PullRefusedError',
        operation: `pull registry.example/dotnet/aspnet:10.0@${digest} for linux/amd64`,
        registry: 'registry.example',
        words,
      })
    })
  }

  it('fails where the connection breaks', async () => {
    await assert.rejects(pull({ lines: [{ status: 'Downloading' }], end: 'cut' }))
  })

  it('refuses a reference without a digest', async () => {
    await rejects(pull({}, { reference: parseReference('registry.example/a:1') }), { message: /has no digest/ })
  })

  it("stops when it is aborted, with the abort's reason", async () => {
    const pulling = pull({ lines: [{ status: 'Downloading' }], end: 'open' }, {}, AbortSignal.timeout(50))

    await rejects(pulling, { name: 'TimeoutError' })
  })
})
