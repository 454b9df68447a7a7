import assert from 'node:assert/strict'
import { buildDockerfile, type DockerfileBuild } from '../../src/dockerfile-build/build-dockerfile.ts'
import { BuildFailedError, type BuildProgress, type ImageBuild } from '../../src/dockerfile-build/builder.ts'
import { aLocalImage, amd64 } from '../support/builders.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { capturedLog } from '../support/captured-log.ts'
import { told } from '../support/problems.ts'

const ours = 'localhost/platform-image/base:1'
const content = (text: string) => readDockerfile(parseDockerfile(text), { platform: amd64 })
const aBuild: DockerfileBuild = {
  title: 'Build of a',
  context: '/image',
  dockerfile: '/image/Dockerfile',
  content: content(`FROM ${ours}\n`),
  name: 'localhost/platform-image/image:1',
  platform: amd64,
  buildArguments: {},
  labels: {},
}

/** Builds with an engine that tells this, and then ends so. */
async function build(
  news: readonly BuildProgress[],
  { failure, ...request }: Partial<DockerfileBuild> & { failure?: Error } = {},
) {
  const log = capturedLog()
  const asked: string[] = []
  const builds: ImageBuild[] = []
  const credentialsFor = (registry: string) => {
    asked.push(registry)
    return Promise.resolve(registry === 'open.io' ? undefined : { username: registry, password: 'p' })
  }
  const engine = {
    build: (each: ImageBuild) => {
      builds.push(each)
      news.forEach(each.onProgress)
      return failure === undefined ? Promise.resolve(aLocalImage()) : Promise.reject(failure)
    },
  }
  const building = buildDockerfile({ ...aBuild, ...request }, { engine, credentialsFor, log })
  const outcome = await building.catch((error: unknown) => error as Error)
  return { outcome, log, asked, credentials: builds[0]?.credentials }
}

describe('buildDockerfile', () => {
  it("gives back the image with the steps of the Dockerfile, and none of the builder's own", async () => {
    const { outcome, log } = await build([
      { kind: 'step', name: '[internal] load build definition', seconds: 1, cached: false, moved: 10 },
      { kind: 'step', name: `[1/2] FROM ${ours}`, seconds: 0, cached: true, moved: 0 },
      { kind: 'output', step: '[2/2] RUN x', line: `from ${ours}` },
      { kind: 'running', step: `FROM ${ours}`, seconds: 5 },
      { kind: 'warning', message: `about ${ours}`, line: 1 },
    ])

    assert.ok(!(outcome instanceof Error))
    assert.deepEqual(outcome.steps, [{ name: `[1/2] FROM ${ours}`, seconds: 0, cached: true }])
    assert.deepEqual(log.places, [{ file: '/image/Dockerfile', line: 1 }])
  })

  it('counts a step once that the engine tells in two', async () => {
    const step = { kind: 'step', name: '[1/2] FROM a', moved: 0 } as const
    const { outcome } = await build([
      { ...step, seconds: 0, cached: false },
      { ...step, seconds: 7, cached: true },
    ])

    assert.ok(!(outcome instanceof Error))
    assert.deepEqual(outcome.steps, [{ name: '[1/2] FROM a', seconds: 7, cached: false }])
  })

  it('folds what it tells under its title', async () => {
    const { log } = await build([{ kind: 'output', step: 'RUN x', line: 'x' }])

    assert.deepEqual(log.groups, [{ title: 'Build of a', lines: ['    x'] }])
  })

  it('finds credentials for each registry that the text names, and for no other', async () => {
    const text = `# syntax=docker/dockerfile:1\nFROM a.io/sdk AS sdk\nFROM open.io/x\nFROM ${ours}\nCOPY --from=a.io/y x y\nRUN --mount=from=b.io:5000/z x\n`

    const { asked, credentials } = await build([], { content: content(text) })

    assert.deepEqual(asked.sort(), ['a.io', 'b.io:5000', 'docker.io', 'open.io'])
    assert.deepEqual(Object.keys(credentials ?? {}).sort(), ['a.io', 'b.io:5000', 'docker.io'])
  })

  it('shows below the fold what a failing step printed last', async () => {
    const failure = new BuildFailedError(`FROM ${ours}`, `no ${ours}`, ['one', 'two'])

    const { outcome, log } = await build([{ kind: 'output', step: 'RUN x', line: 'before' }], { failure })

    assert.ok(outcome instanceof BuildFailedError)
    assert.equal(told(outcome), `The step "FROM ${ours}" failed: no ${ours}.`)
    assert.deepEqual(log.groups[0]?.lines, ['    before'])
    assert.deepEqual(log.lines, ['    before', '    one', '    two'])
  })

  it('names the image that should read the Dockerfile where it cannot be had', async () => {
    const failure = new BuildFailedError('resolve image config for docker.io/docker/dockerfile:1', 'no such host', [])

    const { outcome } = await build([], { failure, content: content('# syntax=docker/dockerfile:1\nFROM a\n') })

    assert.ok(outcome instanceof Error)
    assert.equal(
      told(outcome),
      'Cannot get docker/dockerfile:1, which /image/Dockerfile names to read it by "# syntax=": no such host. Remove that line or name a mirror of its registry in the input "registryMirrors".',
    )
  })

  const fetching: readonly (readonly [step: string, line: number])[] = [
    ['[internal] load metadata for docker.io/library/tool:latest', 2],
    ['[stage-0 1/2] FROM a.example/b:1@sha256:1', 1],
  ]
  for (const [step, line] of fetching) {
    it(`says what to do where an image cannot be had: ${step}`, async () => {
      const failure = new BuildFailedError(step, 'connection refused', [])

      const { outcome } = await build([], {
        failure,
        content: content('FROM a.example/b:1\nCOPY --from=tool /x /y\n'),
      })

      assert.ok(outcome instanceof Error)
      assert.match(
        told(outcome),
        new RegExp(
          `^Cannot get \\S+, which /image/Dockerfile names in line ${String(line)}: connection refused\\. Let the agent reach it or name a mirror of its registry in the input "registryMirrors"\\.$`,
        ),
      )
    })
  }

  it('blames no image for a step that only takes something from it', async () => {
    const failure = new BuildFailedError('[stage-0 2/2] COPY --from=docker.io/library/tool:1 /x /y', 'no /x', [])

    const { outcome } = await build([], { failure, content: content('FROM a\nCOPY --from=tool:1 /x /y\n') })

    assert.equal(outcome, failure)
  })

  it('lets any other error through', async () => {
    const failure = new Error('The engine is gone.')

    assert.equal((await build([], { failure })).outcome, failure)
  })
})
