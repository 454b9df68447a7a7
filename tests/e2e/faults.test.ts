import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listContainers } from '../../sandbox/demo/observe.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import type { PipelineResult } from '../../sandbox/agent/run-pipeline.ts'
import { removeImagesOf } from '../support/docker-cli.ts'

type Inputs = Readonly<Record<string, string>>

const files: Readonly<Record<string, string>> = {
  'image/Dockerfile': 'FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble\n',
  'no-from/Dockerfile': 'RUN true\n',
  'no-value/Dockerfile': 'ARG TAG\nFROM mcr.microsoft.com/dotnet/aspnet:$TAG\n',
  'no-tag/Dockerfile': 'FROM mcr.microsoft.com/dotnet/aspnet:7.0\n',
  'failing/Dockerfile': 'FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble\nRUN echo about to fail && exit 7\n',
  // Applications without a compiler: shells on the platform image itself.
  'silent/Dockerfile': 'FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble\nCMD ["sleep", "600"]\n',
  'exiting/Dockerfile':
    'FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble\nCMD echo "##vso[task.complete result=Succeeded]" && echo no database && exit 3\n',
}

interface Fault {
  readonly when: string
  readonly check?: Inputs
  readonly build?: Inputs
  readonly message: RegExp
  readonly environment?: Inputs
}

const line: Inputs = {
  awsCredentials: 'aws-dev',
  regionName: 'eu-west-1',
  repositoryName: 'faults/aspnet',
  tagPrefix: '10.0-noble',
}
const checkInputs: Inputs = { ...line, contextPath: 'image' }
const buildInputs: Inputs = {
  action: '$(check.action)',
  buildRecord: '$(check.buildRecord)',
  contextPath: 'image',
  testDockerfile: 'silent/Dockerfile',
  startupTimeoutSeconds: '2',
}

describe('what goes wrong', () => {
  let sandbox: Sandbox
  let sources: string
  let containers: readonly string[]

  before(async () => {
    sandbox = await startSandbox(console.log)
    containers = await listContainers(sandbox)
    sources = await mkdtemp(join(tmpdir(), 'faults-'))
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(sources, name, '..'), { recursive: true })
      await writeFile(join(sources, name), text)
    }
  })
  after(async () => {
    await rm(sources, { recursive: true })
    await removeImagesOf(sandbox.baseImages.host, sandbox.engine.host)
    await sandbox.stop()
  })

  /** Runs the tasks one after the other, as the template does. */
  async function run(
    check: Inputs,
    build?: Inputs,
    environment: Inputs = {},
    published: Inputs = {},
  ): Promise<PipelineResult> {
    const task = (name: string, step: string, inputs: Inputs) =>
      [`- task: ${name}@1`, `  name: ${step}`, '  inputs:']
        .concat(Object.entries(inputs).map(([input, value]) => `    ${input}: ${JSON.stringify(value)}`))
        .join('\n')
    const publish = {
      ...line,
      action: '$(check.action)',
      image: '$(build.image)',
      versionTag: '$(check.nextTag)',
      ...published,
    }
    const steps = [
      task('PlatformImageCheck', 'check', check),
      ...(build === undefined ? [] : [task('PlatformImageBuildTest', 'build', build)]),
      task('PlatformImagePublish', 'publish', publish),
    ]
    await writeFile(join(sources, 'pipeline.yml'), `steps:\n${steps.join('\n')}\n`)
    return sandbox.run({ sources, file: 'pipeline.yml', environment })
  }

  /** The step that failed says this, nothing is published and no container is left. */
  async function assertFails(result: PipelineResult, step: string, message: RegExp): Promise<void> {
    assert.equal(result.result, 'Failed')
    const failed = result.steps.filter((candidate) => candidate.result === 'Failed')
    assert.deepEqual(
      failed.map(({ name }) => name),
      [step],
    )
    const errors = failed.flatMap(({ issues }) => issues).filter(({ type }) => type === 'error')
    assert.equal(errors.length, 1)
    assert.match(errors[0]?.message ?? '', message)
    assert.ok(
      failed.every(({ lines }) => !lines.some((text) => /^\s+at .*:\d+:\d+/.test(text))),
      'a stack is shown',
    )
    assert.deepEqual(await listContainers(sandbox), containers)
    assert.deepEqual(await sandbox.ecr.tags('faults/aspnet').catch(() => new Map()), new Map())
  }

  const badChecks: readonly (readonly [what: string, inputs: Inputs, message: RegExp])[] = [
    ['a required input is empty', { repositoryName: '' }, /^The input "repositoryName" is required, but empty\./],
    ['the region is none', { regionName: 'nowhere' }, /^The input "regionName" is "nowhere", which is not a region/],
    [
      'the region is another',
      { regionName: 'us-east-1' },
      /^Cannot list the tags of the repository faults\/aspnet in us-east-1: .*"awsCredentials"/,
    ],
    [
      'the context is not there',
      { contextPath: 'absent' },
      /^The input "contextPath" names .*absent, which is not a folder\./,
    ],
    [
      'the Dockerfile is not there',
      { dockerfile: 'Dockerfil' },
      /^The input "dockerfile" names .*image\/Dockerfil, which is not a file\./,
    ],
    [
      'the Dockerfile has no FROM',
      { contextPath: 'no-from' },
      /^Line 1 of the Dockerfile has RUN before the first FROM\./,
    ],
    [
      'an ARG has no value',
      { contextPath: 'no-value' },
      /^Line 2 of the Dockerfile has a FROM whose image needs a variable that has no value\. Give a value in the input "buildArguments"/,
    ],
    [
      'the base tag is not there',
      { contextPath: 'no-tag' },
      /^Cannot read .*dotnet\/aspnet:7\.0: 404.* Check the FROM of the Dockerfile/,
    ],
    [
      'the watched base is another',
      { baseImage: 'mcr.microsoft.com/dotnet/runtime:10.0' },
      /dotnet\/runtime:10\.0, but the Dockerfile is built on .*dotnet\/aspnet:10\.0-noble/,
    ],
    [
      'the mirror is not there',
      { registryMirrors: 'mcr.microsoft.com=localhost:1' },
      /^Cannot read localhost:1\/.* does not answer \(ECONNREFUSED\)\. Check the input "registryMirrors"/,
    ],
    [
      'a variable does not exist',
      { tagPrefix: '$(prefix)' },
      /^The input "tagPrefix" holds \$\(prefix\), a variable that does not exist\./,
    ],
  ]
  for (const [what, inputs, message] of badChecks) {
    it(`is told in one sentence when ${what}`, async () => {
      await assertFails(await run({ ...checkInputs, ...inputs }), 'check', message)
    })
  }

  const badBuilds: readonly Fault[] = [
    {
      when: 'the record is damaged',
      build: { buildRecord: '{"line":' },
      message: /^The input "buildRecord" is not a build record/,
    },
    {
      when: 'check and build see different bases',
      build: { contextPath: 'no-tag' },
      message: /^The check watched .*:10\.0-noble, but .* is built on .*:7\.0/,
    },
    {
      when: 'check and build see different files',
      build: { contextPath: 'failing' },
      message: /^The context .*failing changed after the check read it/,
    },
    {
      when: 'a step of the build fails',
      check: { contextPath: 'failing' },
      build: { contextPath: 'failing' },
      message: /^The step "\[2\/2\] RUN echo about to fail && exit 7" failed: .*exit code: 7/,
    },
    {
      when: 'no image of the test is to be replaced',
      build: { testBaseImage: 'runtime' },
      message: /^The input "testBaseImage" is "runtime", .* names mcr\.microsoft\.com\/dotnet\/aspnet:10\.0-noble/,
    },
    {
      when: 'the application never answers',
      message: /^The application did not answer GET \/ with 200 within 2 s; at last it gave /,
    },
    {
      when: 'the application ends',
      build: { testDockerfile: 'exiting/Dockerfile' },
      message: /^The application ended with exit code 3 before it answered GET \/\./,
    },
    {
      when: 'the engine does not run',
      message: /^Cannot reach the Docker engine at unix:\/\/\/nowhere\/docker\.sock: ENOENT\./,
      environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    },
  ]
  for (const { when, check, build, message, environment } of badBuilds) {
    it(`is told in one sentence when ${when}`, async () => {
      const result = await run({ ...checkInputs, ...check }, { ...buildInputs, ...build }, environment)

      await assertFails(result, 'build', message)
    })
  }

  it('is shown with the last lines of the application, which the agent does not obey', async () => {
    const { steps } = await run(checkInputs, { ...buildInputs, testDockerfile: 'exiting/Dockerfile' })

    const lines = steps.find(({ name }) => name === 'build')?.lines ?? []
    assert.ok(lines.some((text) => text.includes('no database')))
    assert.ok(lines.some((text) => text.includes('task.complete result=Succeeded')))
  })

  it('is told when the image is not in the engine', async () => {
    const result = await run(checkInputs, undefined, {}, { image: 'localhost/platform-image/image:gone' })

    await assertFails(result, 'publish', /^The input "image" is ".*:gone", which is not in this agent's engine\./)
  })

  it('is told when a step has another name than its outputs are asked for', async () => {
    const result = await run(checkInputs)

    await assertFails(
      result,
      'publish',
      /^The input "image" holds \$\(build\.image\), a variable that does not exist\. .*"build"/,
    )
  })
})
