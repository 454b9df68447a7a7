import assert from 'node:assert/strict'
import type { BuildProgress, ImageBuild } from '../../src/dockerfile-build/builder.ts'
import { type Application, buildApplication, planApplication } from '../../src/integration-test/build-application.ts'
import { aDockerfile, aLocalImage, amd64 } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { memoryEngine } from '../support/memory-engine.ts'
import { throws, told } from '../support/problems.ts'

const platformImage = 'localhost/platform-image/image:owner'
const applicationText = [
  'ARG TAG=8.0',
  'FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build',
  'RUN --mount=type=bind,from=ghcr.io/team/tools:1,target=/tools dotnet publish',
  'FROM mcr.microsoft.com/dotnet/aspnet:${TAG}',
  'COPY --from=build /publish .',
].join('\n')

function anApplication(overrides: Partial<Application> = {}): Application {
  return {
    platform: amd64,
    dockerfile: aDockerfile(applicationText, '/app/Dockerfile'),
    context: '/app',
    baseImage: 'aspnet:10.0',
    mirrors: {},
    buildArguments: { TAG: '10.0' },
    secrets: {},
    failsOnWarnings: true,
    ...overrides,
  }
}

describe('planApplication', () => {
  it('finds the place of the platform image', () => {
    assert.deepEqual(
      planApplication(anApplication()).bases.map(({ written }) => written),
      ['mcr.microsoft.com/dotnet/aspnet:${TAG}'],
    )
  })

  it('refuses an image to replace that the application does not name', () => {
    throws(() => planApplication(anApplication({ baseImage: 'runtime' })), {
      name: 'InvalidInput',
      field: 'testBaseImage',
    })
  })

  it('refuses a Dockerfile that is none', () => {
    const dockerfile = aDockerfile('# nothing', '/app/Dockerfile')

    throws(() => planApplication(anApplication({ dockerfile })), {
      name: 'InvalidDockerfileError',
      path: '/app/Dockerfile',
      message: 'The Dockerfile /app/Dockerfile has no FROM.',
    })
  })
})

describe('buildApplication', () => {
  const names = { image: platformImage, name: 'localhost/platform-image/test:owner' }
  const asked: string[] = []
  const credentialsFor = (registry: string) => {
    asked.push(registry)
    return Promise.resolve(registry === 'ghcr.io' ? { username: 'u', password: 'p' } : undefined)
  }
  beforeEach(() => {
    asked.length = 0
  })

  /** Builds with an engine that tells this progress. */
  async function build(overrides: Partial<Application> = {}, progress: readonly BuildProgress[] = []) {
    const requests: ImageBuild[] = []
    const log = capturedLog()
    const engine = memoryEngine()
    engine.add(platformImage, aLocalImage())
    const listening = {
      ...engine,
      build(request: ImageBuild) {
        requests.push(request)
        progress.forEach(request.onProgress)
        return engine.build(request)
      },
    }
    const outcome = await buildApplication(planApplication(anApplication(overrides)), names, {
      engine: listening,
      credentialsFor,
      log,
    }).then(
      (image) => ({ image, error: undefined }),
      (error: unknown) => ({ image: undefined, error }),
    )
    return { ...outcome, request: requests[0], log, images: engine.names }
  }
  const printed = (...lines: readonly string[]) =>
    lines.map((line) => ({ kind: 'output', step: 'RUN dotnet publish', line }) as const)
  const warning = (code: string) => `Program.cs(1,1): warning ${code}: look [/source/a.csproj]`

  it('builds under the given name, with arguments and secrets', async () => {
    const secrets = { nuget: 'geheim' }

    const { request, images, log } = await build({ secrets })

    assert.deepEqual(images, [platformImage, names.name])
    assert.deepEqual(
      [request?.name, request?.context, request?.dockerfile, request?.buildArguments, request?.secrets],
      [names.name, '/app', '/app/Dockerfile', { TAG: '10.0' }, secrets],
    )
    assert.match(log.groups[0]?.title ?? '', /in place of mcr\.microsoft\.com\/dotnet\/aspnet:\$\{TAG\}$/)
  })

  it('puts the platform image in, and keeps every line in its place', async () => {
    const { request } = await build()

    assert.equal(
      request?.dockerfileText,
      applicationText.replace('mcr.microsoft.com/dotnet/aspnet:${TAG}', platformImage),
    )
  })

  it('takes every other image through its mirror, also the one that reads the file', async () => {
    const mirrors = { 'mcr.microsoft.com': 'm.example/mcr', 'docker.io': 'm.example/hub' }
    const dockerfile = aDockerfile(`# syntax=docker/dockerfile:1\n${applicationText}`, '/app/Dockerfile')

    const { request } = await build({ mirrors, dockerfile })

    const text = request?.dockerfileText ?? ''
    assert.match(text, /^# syntax=m\.example\/hub\/docker\/dockerfile:1$/m)
    assert.match(text, /^FROM --platform=\$BUILDPLATFORM m\.example\/mcr\/dotnet\/sdk:10\.0 AS build$/m)
    assert.match(text, /^FROM localhost\/platform-image\/image:owner$/m)
    assert.deepEqual(asked, ['m.example', 'ghcr.io'])
  })

  it('hands on credentials for the registries that the Dockerfile names, and no others', async () => {
    const { request } = await build()

    assert.deepEqual(asked, ['mcr.microsoft.com', 'ghcr.io'])
    assert.deepEqual(request?.credentials, { 'ghcr.io': { username: 'u', password: 'p' } })
  })

  it('runs every step where warnings matter, since a cached one would hide its own', async () => {
    assert.equal((await build({ failsOnWarnings: true })).request?.ignoreCache, true)
    assert.equal((await build({ failsOnWarnings: false })).request?.ignoreCache, false)
  })

  it('fails on warnings, each once', async () => {
    const { error, log } = await build({}, printed(warning('CS0618'), warning('CS0168'), warning('CS0618')))

    assert.ok(error instanceof Error)
    assert.equal(error.name, 'TestFailedError')
    assert.equal(
      told(error),
      'The build of the test application gives 2 warnings: Program.cs(1,1): warning CS0618: look (2 times); Program.cs(1,1): warning CS0168: look. Correct them, or clear the input "failOnTestBuildWarnings".',
    )
    assert.deepEqual(log.warnings, [])
  })

  it('names all of ten', async () => {
    const lines = Array.from({ length: 10 }, (_, index) => warning(`CS${String(1000 + index)}`))

    const { log } = await build({ failsOnWarnings: false }, printed(...lines))

    assert.equal(log.warnings.length, 10)
    assert.equal(log.warnings.at(-1), 'Program.cs(1,1): warning CS1009: look')
  })

  it('has no more lines for many than the agent shows', async () => {
    const lines = Array.from({ length: 11 }, (_, index) => warning(`CS${String(1000 + index)}`))

    const { log } = await build({ failsOnWarnings: false }, printed(...lines))

    assert.equal(log.warnings.length, 10)
    assert.deepEqual(log.warnings.slice(-2), ['Program.cs(1,1): warning CS1008: look', 'and 2 more'])
  })

  it('speaks of one where there is one', async () => {
    const { error } = await build({}, printed(warning('CS0618')))

    assert.match(told(error), /gives a warning: .*: look\. Correct it, or clear the input/)
  })

  it('names nine of many, and hands on all', async () => {
    const lines = Array.from({ length: 12 }, (_, index) => warning(`CS${String(1000 + index)}`))

    const { error } = await build({}, printed(...lines))

    assert.match(told(error), /gives 12 warnings: .*CS1008: look; and 3 more\. Correct/)
    assert.equal((error as { details: readonly string[] }).details.length, 12)
  })

  it('shows warnings where they are allowed', async () => {
    const { image, log } = await build({ failsOnWarnings: false }, printed(warning('NU1903'), warning('NU1903')))

    assert.ok(image)
    assert.deepEqual(log.warnings, ['Program.cs(1,1): warning NU1903: look (2 times)'])
  })

  it("does not fail for the builder's hints about the Dockerfile", async () => {
    const hint = { kind: 'warning', message: 'FromAsCasing: warning CS1: x', line: 1 } as const

    assert.ok((await build({}, [hint])).image)
  })

  it('says that warnings may be missing where the engine leaves lines out', async () => {
    const cut = printed('[output clipped, log limit 1MiB reached]')

    assert.match((await build({}, cut)).log.warnings[0] ?? '', /left out a part of what .* printed/)
    assert.deepEqual((await build({ failsOnWarnings: false }, cut)).log.warnings, [])
  })
})
