import assert from 'node:assert/strict'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../sandbox/engine.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import { parseReference } from '../../src/model/reference.ts'
import { amd64 } from '../support/builders.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'
import { type StartedRegistry, startOpenRegistry } from '../support/guarded-registry.ts'
import { ensureBundles, runTaskBundle, type TaskRun } from '../support/task-process.ts'
import { defaultInputs } from '../support/task-sources.ts'

const secret = 'Sesam-oeffne-dich.9'

describeOnEachEngine('PlatformImageBuildTest without a check', ({ start }) => {
  let host: Engine
  let engine: DockerEngine
  let registry: StartedRegistry
  let folder: string
  let built: string[]
  /** What the registry calls the base. */
  let digest: string

  before(async function () {
    this.timeout(60_000)
    ensureBundles()
    host = await start()
    engine = dockerEngine({ environment: { DOCKER_HOST: host.host } })
    registry = await startOpenRegistry()
    folder = await mkdtemp(join(tmpdir(), 'build-task-'))
    built = []
    digest = await pushBase()
  })
  after(async () => {
    for (const name of built) await engine.remove(name)
    await Promise.all([host.stop(), registry.stop()])
    await rm(folder, { recursive: true })
  })

  async function pushBase(): Promise<string> {
    await copyFile('/bin/busybox', join(folder, 'busybox'))
    const name = 'localhost/build-task-test/base:1'
    const dockerfileText = 'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\n'
    const made = { buildArguments: {}, labels: {}, platform: amd64, onProgress: () => undefined }
    await engine.build({ ...made, context: folder, dockerfile: join(folder, 'Dockerfile'), dockerfileText, name })
    built.push(name)
    const target = parseReference(`${registry.real.host}/mcr/base:1`)
    return engine.push({ name, target, credentials: { username: 'a', password: 'b' } })
  }

  async function runTask(text: string, inputs: Readonly<Record<string, string>> = {}): Promise<TaskRun> {
    const contextPath = await mkdtemp(join(folder, 'context-'))
    await writeFile(join(contextPath, 'Dockerfile'), text)
    const run = await runTaskBundle('PlatformImageBuildTest', {
      inputs: {
        ...defaultInputs('PlatformImageBuildTest'),
        contextPath,
        registryMirrors: `mcr.microsoft.com=${registry.real.host}/mcr`,
        layerCache: 'ignore',
        ...inputs,
      },
      environment: { DOCKER_HOST: host.host },
    })
    if (run.outputs.image !== undefined) built.push(run.outputs.image)
    return run
  }

  it('builds on the base as it is, and records it for the line that is named', async () => {
    const run = await runTask('FROM mcr.microsoft.com/base:1\nARG WORD\nRUN echo "said $WORD"\nUSER 1654\n', {
      repositoryName: 'platform/base',
      tagPrefix: '1',
      buildArguments: 'WORD=hello',
      labels: 'org.example/team=platform',
    })

    assert.equal(run.result, 'SucceededWithIssues')
    assert.match(run.message ?? '', /did not test it with an application/)
    assert.match(
      run.stdout,
      /Nothing was checked: building on mcr\.microsoft\.com\/base:1 as it is now, sha256:\w+\. It is recorded for platform\/base:1/,
    )
    const image = await engine.inspect(run.outputs.image ?? '')
    assert.equal(image?.id, run.outputs.imageId)
    assert.equal(image?.user, '1654')
    const { labels } = image
    assert.equal(labels['platform-image.line'], 'platform/base:1')
    assert.equal(labels['platform-image.replaces'], 'unknown')
    assert.equal(labels['org.opencontainers.image.base.digest'], digest)
    assert.match(labels['platform-image.context-hash'] ?? '', /^v1:sha256:/)
    assert.equal(labels['org.example/team'], 'platform')
  })

  it('folds the build in the log, a line a step, and puts a summary on the run', async () => {
    const { stdout, commands } = await runTask('FROM mcr.microsoft.com/base:1\nRUN echo printed\n')

    const folded = /^##\[group\]Build of \S+Dockerfile\n([^]*?)^##\[endgroup\]$/m.exec(stdout)?.[1] ?? ''
    assert.match(folded, /^ {4}printed\n +\d+\.\d s {2}\[(?:stage-0 )?2\/2\] RUN echo printed$/m)
    assert.match(folded, /FROM mcr\.microsoft\.com\/base:1/)
    assert.doesNotMatch(folded, /localhost\/platform-image\/base/)
    assert.ok(commands.some(({ name }) => name === 'task.uploadsummary'))
  })

  it('says that nobody will find a record where no line is named', async () => {
    const run = await runTask('FROM mcr.microsoft.com/base:1\n')

    assert.match(run.stdout, /can judge the image by its layers alone: give "repositoryName" and "tagPrefix"/)
    const image = await engine.inspect(run.outputs.image ?? '')
    assert.equal(image?.labels['platform-image.line'], '')
  })

  it('fails with the step that failed, shows its last lines, and no secret anywhere', async () => {
    const run = await runTask(
      'FROM mcr.microsoft.com/base:1\nRUN --mount=type=secret,id=feed echo "with $(cat /run/secrets/feed)"; echo "##vso[task.complete result=Succeeded]"; exit 3\n',
      { buildSecrets: `feed=${secret}` },
    )

    assert.equal(run.result, 'Failed')
    assert.match(run.message ?? '', /^The step "\[(?:stage-0 )?2\/2\] RUN --mount=type=secret.*exit code: 3/)
    const [, below = ''] = run.stdout.split('##[endgroup]')
    assert.match(below, /^ {4}with \*\*\*\n {4}##_vso\[task\.complete/m)
    assert.doesNotMatch(run.shown, /Sesam/)
  })

  it('gives a secret of several lines to the build whole', async () => {
    const file = join(folder, 'npmrc')
    const npmrc = 'registry=https://npm.example/\nalways-auth=true\n//npm.example/:_authToken=Sesam-5678\n'
    await writeFile(file, npmrc)

    const run = await runTask(
      'FROM mcr.microsoft.com/base:1\nRUN --mount=type=secret,id=npmrc echo "$(wc -c < /run/secrets/npmrc) bytes"\n',
      { buildSecrets: `npmrc=file:${file}` },
    )

    assert.equal(run.result, 'SucceededWithIssues', run.message)
    assert.match(run.stdout, new RegExp(`^ {4}${String(npmrc.length)} bytes$`, 'm'))
  })

  it('touches nothing where a secret is not asked for', async () => {
    const run = await runTask('FROM mcr.microsoft.com/base:1\n', { buildSecrets: `feed=${secret}` })

    assert.match(run.message ?? '', /^The input "buildSecrets" has an id that \S+ does not ask for: /)
    assert.doesNotMatch(run.stdout, /Pulling/)
  })

  it('touches nothing where an input cannot be used', async () => {
    const run = await runTask('FROM mcr.microsoft.com/base:1\n', { buildSecrets: `feed=${secret}\n${secret}` })

    assert.equal(
      run.message,
      'Line 2 of the input "buildSecrets" is not a secret. Write it as id=$(secretVariable), and a value of several lines as id=file:<path of a file that holds it>. [input-invalid]',
    )
    assert.doesNotMatch(run.stdout, /Pulling/)
  })

  it('says which Dockerfile was looked for', async () => {
    const run = await runTask('FROM a\n', { dockerfile: 'none/Dockerfile' })

    assert.match(
      run.message ?? '',
      /^The input "dockerfile" names \/\S+\/none\/Dockerfile, which is not a file\. \[[a-z-]+\]$/,
    )
  })

  it('names the base that is not in its registry', async () => {
    const run = await runTask('FROM mcr.microsoft.com/none:1\n')

    assert.equal(run.result, 'Failed')
    assert.match(run.message ?? '', /mcr\/none:1/)
  })

  it('builds with a Dockerfile from elsewhere, and its own ignore rules', async () => {
    const elsewhere = join(folder, 'elsewhere')
    await mkdir(elsewhere)
    const file = join(elsewhere, 'image.Dockerfile')
    await writeFile(file, 'FROM mcr.microsoft.com/base:1\nCOPY . /context\nRUN ls /context\n')
    await writeFile(`${file}.dockerignore`, 'Dockerfile')

    const run = await runTask('never read', { dockerfile: file })

    assert.equal(run.result, 'SucceededWithIssues', run.stdout)
    assert.doesNotMatch(run.stdout, /^ {4}\w*Dockerfile$/m)
    assert.match(await readFile(file, 'utf8'), /^FROM mcr\.microsoft\.com\/base:1/)
  })
})
