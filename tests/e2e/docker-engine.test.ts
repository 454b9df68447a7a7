import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Engine } from '../../sandbox/engine.ts'
import { type RegistryProcess, startRegistry } from '../../sandbox/registry-process.ts'
import { BuildFailedError, type BuildProgress, type ImageBuild } from '../../src/dockerfile-build/builder.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import type { RunningContainer } from '../../src/integration-test/engine.ts'
import type { LocalImage } from '../../src/model/local-image.ts'
import { parsePlatform, type Platform } from '../../src/model/platform.ts'
import { parseReference, withDigest } from '../../src/model/reference.ts'
import { PushRefusedError } from '../../src/publish/image-store.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'
import { rejects } from '../support/problems.ts'

const run = promisify(execFile)
const platform = parsePlatform('linux/amd64')
const busybox = '/bin/busybox'
const dockerCli = '/usr/bin/docker'
const base = 'localhost/docker-engine-test/base:1'
const baseDockerfile = `
FROM scratch
COPY busybox /bin/busybox
COPY run /etc/test-run
RUN ["/bin/busybox", "--install", "-s", "/bin"]
`

describeOnEachEngine('dockerEngine', ({ start: startHost, isNewer }) => {
  let host: Engine
  let docker: DockerEngine
  let folder: string
  let told: BuildProgress[]
  let built: string[]
  let started: RunningContainer[]

  before(async () => {
    host = await startHost()
    docker = dockerEngine({ environment: { DOCKER_HOST: host.host } })
    folder = await mkdtemp(join(tmpdir(), 'docker-engine-'))
    await mkdir(join(folder, 'base'))
    await copyFile(busybox, join(folder, 'base/busybox'))
    // Steps on top of it are then in no engine's cache from an earlier run.
    await writeFile(join(folder, 'base/run'), randomUUID())
    told = []
    built = []
    started = []
    await build({ context: join(folder, 'base'), dockerfileText: baseDockerfile, name: base })
  })
  beforeEach(() => {
    told = []
  })
  afterEach(async () => {
    for (const container of started.splice(0)) await container.remove()
  })
  after(async () => {
    for (const name of built) await docker.remove(name)
    await host.stop()
    await rm(folder, { recursive: true })
  })

  /** Builds `localhost/docker-engine-test/<test>` in an empty context, if nothing else is said. */
  async function build(
    request: Partial<ImageBuild> & { dockerfileText: string },
    engine = docker,
  ): Promise<LocalImage> {
    const context = request.context ?? (await mkdtemp(join(folder, 'context-')))
    const name = request.name ?? `localhost/docker-engine-test/image:${String(built.length)}`
    built.push(name)
    return engine.build({
      context,
      dockerfile: join(context, 'Dockerfile'),
      name,
      platform,
      buildArguments: {},
      labels: {},
      onProgress: (progress) => told.push(progress),
      ...request,
    })
  }

  async function start(dockerfileText: string): Promise<RunningContainer> {
    await build({ dockerfileText })
    const container = await docker.run({ image: built.at(-1) ?? '', port: 8080, environment: { GREETING: 'hello' } })
    started.push(container)
    return container
  }

  function outputLines(): string[] {
    return told.flatMap((progress) => (progress.kind === 'output' ? [progress.line] : []))
  }

  it('answers who it is', async () => {
    const { version, platform } = await docker.ping()

    assert.match(version, /^\d+\.\d+\.\d+/)
    assert.ok(!isNewer || Number.parseInt(version) >= 28, version)
    assert.equal(platform.os, 'linux')
  })

  it('builds with arguments, labels, a target and a cache mount', async () => {
    const image = await build({
      dockerfileText: `
        FROM ${base} AS wanted
        ARG GREETING=none
        LABEL greeting=$GREETING
        ENV MODE=production EMPTY=
        RUN --mount=type=cache,target=/cache echo "said $GREETING" && echo complained >&2
        USER 1654
        FROM ${base}
        RUN exit 1`,
      target: 'wanted',
      buildArguments: { GREETING: 'good "day" & more' },
      labels: { 'platform-image.line': 'platform/aspnet:10.0' },
    })

    assert.deepEqual(image.labels, { greeting: 'good "day" & more', 'platform-image.line': 'platform/aspnet:10.0' })
    assert.equal(image.environment.MODE, 'production')
    assert.equal(image.environment.EMPTY, '')
    assert.equal(image.user, '1654')
    assert.deepEqual(image.platform, platform)
    const baseLayers = (await docker.inspect(base))?.layers ?? []
    assert.deepEqual(image.layers.slice(0, baseLayers.length), baseLayers)
    assert.deepEqual(outputLines().sort(), ['complained', 'said good "day" & more'])
    assert.ok(told.some((progress) => progress.kind === 'step' && progress.name.includes('RUN --mount=type=cache')))
  })

  it('takes the layers of an earlier build, or not where it is told so', async () => {
    const dockerfileText = `FROM ${base}\nRUN echo once`
    await build({ dockerfileText })
    assert.deepEqual(outputLines(), ['once'])

    await build({ dockerfileText })
    assert.deepEqual(outputLines(), ['once'])
    assert.ok(
      told.some((progress) => progress.kind === 'step' && progress.cached && progress.name.endsWith('echo once')),
    )

    await build({ dockerfileText, ignoreCache: true })
    assert.deepEqual(outputLines(), ['once', 'once'])
  })

  it('hands out the secrets that it has, and only those', async () => {
    const dockerfileText = `FROM ${base}\nRUN --mount=type=secret,id=nuget,required=true cat /run/secrets/nuget | wc -c`

    await build({ dockerfileText, secrets: { nuget: 'geheim' } })
    assert.deepEqual(outputLines(), ['6'])

    await assert.rejects(build({ dockerfileText: `${dockerfileText} `, ignoreCache: true }), /nuget/)
  })

  it('names the step that fails, with its last lines', async () => {
    const dockerfileText = `FROM ${base}\nRUN echo fine\nRUN echo "##vso[task.complete]" && echo why >&2 && exit 3`

    await assert.rejects(build({ dockerfileText }), (error: Error) => {
      assert.ok(error instanceof BuildFailedError)
      assert.match(error.step, /RUN echo "##_vso\[task\.complete\]"/)
      assert.match(error.message, /exit code: 3/)
      assert.deepEqual([...error.output].sort(), ['##_vso[task.complete]', 'why'])
      return true
    })
  })

  it("gives the parser's words for a Dockerfile that is none", async () => {
    await assert.rejects(build({ dockerfileText: `FROM ${base}\nRUNN x` }), /unknown instruction: RUNN/i)
  })

  it('builds with a Dockerfile that lies outside the context', async () => {
    const elsewhere = join(await mkdtemp(join(folder, 'elsewhere-')), 'app.Dockerfile')

    const image = await build({
      dockerfile: elsewhere,
      dockerfileText: `FROM ${base}\nLABEL from=elsewhere\nCOPY . /context\nRUN cd /context && find .`,
    })

    assert.equal(image.labels.from, 'elsewhere')
    assert.deepEqual(outputLines(), ['.'])
  })

  it('builds two images at once', async () => {
    const images = await Promise.all(
      ['one', 'two'].map((label) =>
        build({ dockerfileText: `FROM ${base}\nRUN sleep 1; echo ${label}\nLABEL is=${label}` }),
      ),
    )

    assert.deepEqual(
      images.map(({ labels }) => labels.is),
      ['one', 'two'],
    )
    assert.deepEqual(outputLines().sort(), ['one', 'two'])
  })

  it('stops a build that is aborted', async () => {
    const stop = new AbortController()

    const building = build(
      {
        dockerfileText: `FROM ${base}\nRUN echo running; sleep 60`,
        onProgress: (progress) => {
          if (progress.kind === 'output') stop.abort(new Error('cancelled'))
        },
      },
      dockerEngine({ environment: { DOCKER_HOST: host.host }, signal: stop.signal }),
    )

    await assert.rejects(building, new Error('cancelled'))
  })

  it("gives the proxies of Docker's configuration to RUN, but not into the image", async () => {
    const config = await mkdtemp(join(folder, 'config-'))
    const proxies = { default: { httpProxy: 'http://proxy:3128', noProxy: 'localhost' } }
    await writeFile(join(config, 'config.json'), JSON.stringify({ proxies }))
    const dockerfileText = `FROM ${base}\nRUN echo "$HTTP_PROXY $http_proxy $no_proxy"\n`

    const { environment } = await build(
      { dockerfileText, buildArguments: { no_proxy: 'given' } },
      dockerEngine({ environment: { DOCKER_HOST: host.host, DOCKER_CONFIG: config } }),
    )

    assert.deepEqual(outputLines(), ['http://proxy:3128 http://proxy:3128 given'])
    assert.ok(!JSON.stringify(environment).includes('proxy'))
  })

  if (isNewer) {
    it('builds a heredoc', async () => {
      await build({ dockerfileText: `FROM ${base}\nRUN <<EOF\necho one\necho two\nEOF\n` })

      assert.deepEqual(outputLines(), ['one', 'two'])
    })

    it("tells the builder's warnings with their lines", async () => {
      await build({ dockerfileText: `FROM ${base} as wanted\nMAINTAINER me\nENV API_TOKEN=x\n` })

      const warned = told.flatMap((progress) =>
        progress.kind === 'warning' ? [`${String(progress.line)} ${progress.message.split(':')[0] ?? ''}`] : [],
      )
      assert.deepEqual(warned.sort(), ['1 FromAsCasing', '2 MaintainerDeprecated', '3 SecretsUsedInArgOrEnv'])
    })

    it('names the first line of an instruction over several lines that it warns of', async () => {
      const from = `FROM --platform=linux/amd64 \\\n  ${base}\n`
      await build({ dockerfileText: `${from}ENV A=1 \\\n  API_TOKEN=x \\\n  B=2\nCMD sleep \\\n  1\n` })

      const warned = told.flatMap((progress) =>
        progress.kind === 'warning' ? [`${String(progress.line)} ${progress.message.split(':')[0] ?? ''}`] : [],
      )
      const expected = ['1 FromPlatformFlagConstDisallowed', '3 SecretsUsedInArgOrEnv', '6 JSONArgsRecommended']
      assert.deepEqual(warned.sort(), expected)
    })
  }

  const ignoredDockerfiles = {
    'a Dockerfile that is sent': '',
    'a Dockerfile that is not sent': 'Dockerfile\n.dockerignore',
  }
  for (const [what, ignore] of Object.entries(ignoredDockerfiles)) {
    it(`sends what the docker CLI sends, with ${what}`, async () => {
      const context = await contextOf({
        '.dockerignore': `# rules\n**/*.md\n!README.md\nsrc/bin\n!src/bin/keep.txt\n.git\n*/temp*\n/dist/\n**/obj\n!docs\n${ignore}`,
        Dockerfile: `FROM ${base}\nCOPY . /context\nCMD cd /context && find . -exec stat -c '%N %A %u:%g %s' {} ';' | sort`,
        'README.md': 'kept',
        'CHANGES.md': 'dropped',
        'docs/guide.md': 'kept again',
        '.git/HEAD': 'dropped',
        '.env': 'kept',
        'src/bin/keep.txt': 'kept',
        'src/bin/drop.dll': 'dropped',
        'src/app.cs': 'code',
        'src/temporary': 'dropped',
        'src/obj/a': 'dropped',
        'src-gen/a.cs': 'between the folder src and what it holds, to who compares whole paths',
        'dist/x': 'dropped',
        'empty/.keep': '',
        'name with blanks/ü.txt': 'kept',
        'name with blanks/\uFF21': 'before the next one only by bytes',
        'name with blanks/\u{1F600}': 'kept',
        [`${'long-'.repeat(40)}/name`]: 'kept',
        'setuid.sh': 'kept',
      })
      await chmod(join(context, 'src/app.cs'), 0o750)
      await chmod(join(context, 'src/bin'), 0o700)
      await chmod(join(context, 'setuid.sh'), 0o6755)
      await chmod(join(context, 'empty'), 0o1777)
      await symlink('../README.md', join(context, 'src/link'))
      await symlink('/etc/passwd', join(context, 'absolute'))
      await symlink('nowhere', join(context, 'dangling'))
      const byCli = `localhost/docker-engine-test/cli:${String(built.length)}`
      built.push(byCli)

      const environment = { ...process.env, DOCKER_HOST: host.host, DOCKER_BUILDKIT: '1' }
      await run(dockerCli, ['build', '--tag', byCli, context], { env: environment })
      await build({ context, dockerfileText: await readFile(join(context, 'Dockerfile'), 'utf8') })

      const [expected, actual] = await Promise.all([byCli, built.at(-1) ?? ''].map(printedBy))
      assert.ok(expected?.some((line) => line.includes('README.md')))
      assert.equal(
        expected?.some((line) => line.includes('Dockerfile')),
        ignore === '',
      )
      assert.deepEqual(actual, expected)
    })
  }

  async function contextOf(files: Readonly<Record<string, string>>): Promise<string> {
    const context = await mkdtemp(join(folder, 'context-'))
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(context, path)), { recursive: true })
      await writeFile(join(context, path), content)
    }
    return context
  }

  async function printedBy(image: string): Promise<readonly string[]> {
    const container = await docker.run({ image, port: 8080, environment: {} })
    started.push(container)
    assert.deepEqual(await container.exited, { code: 0, outOfMemory: false })
    return container.lines()
  }

  it('takes the steps behind COPY from the cache while the context stays the same', async () => {
    const context = await contextOf({ Dockerfile: `FROM ${base}`, 'app.cs': 'one' })
    const [one, two] = ['one', 'two'].map((tag) => `localhost/docker-engine-test/base-of:${tag}`)
    for (const name of [one, two]) {
      await build({
        context: join(folder, 'base'),
        dockerfileText: baseDockerfile,
        ...(name !== undefined && { name }),
      })
    }
    const steps = 'COPY . /context\nRUN cat /context/*'

    await build({ context, dockerfileText: `FROM ${one ?? ''}\n${steps}` })
    await build({ context, dockerfileText: `FROM ${two ?? ''}\n${steps}` })
    assert.deepEqual(outputLines(), [`FROM ${base}one`])
    const cached = told.flatMap((progress) => (progress.kind === 'step' && progress.cached ? [progress.name] : []))
    assert.ok(cached.some((name) => name.endsWith('COPY . /context')))

    await writeFile(join(context, 'app.cs'), 'two')
    await build({ context, dockerfileText: `FROM ${two ?? ''}\n${steps}` })
    assert.deepEqual(outputLines(), [`FROM ${base}one`, `FROM ${base}two`])
  })

  it('builds a Dockerfile of the same length as the one before', async () => {
    const context = await contextOf({})

    for (const label of ['a', 'b']) {
      const image = await build({ context, dockerfileText: `FROM ${base}\nLABEL is=${label}` })
      assert.equal(image.labels.is, label)
    }
  })

  it('copies a .dockerignore, also where nothing else is copied', async () => {
    const context = await contextOf({ '.dockerignore': 'secret', secret: '' })

    await build({ context, dockerfileText: `FROM ${base}\nCOPY .dockerignore /\nRUN cat /.dockerignore` })

    assert.deepEqual(outputLines(), ['secret'])
  })

  it('does not copy what is ignored', async () => {
    const context = await contextOf({ '.dockerignore': 'Dockerfile', Dockerfile: '' })

    await assert.rejects(build({ context, dockerfileText: `FROM ${base}\nCOPY Dockerfile /` }), (error: Error) => {
      assert.ok(error instanceof BuildFailedError)
      assert.match(error.message, /not found/)
      return true
    })
  })

  it('names a file that goes away in the middle, and builds again afterwards', async () => {
    const context = await largeContext()
    const dockerfileText = `FROM ${base}\nCOPY . /context\nRUN ls /context`

    const building = build({
      context,
      dockerfileText,
      onProgress: () => {
        rmSync(join(context, 'large'), { recursive: true, force: true })
      },
    })

    await rejects(building, { message: /^Cannot send .*\/large\/\d to the engine: ENOENT/ })
    await build({ context, dockerfileText })
    assert.deepEqual(outputLines(), ['small'])
  })

  /** 200 MB, of which the disk holds next to nothing. */
  async function largeContext(): Promise<string> {
    const context = await contextOf({ small: '' })
    await mkdir(join(context, 'large'))
    for (const name of '0123456789') {
      await writeFile(join(context, 'large', name), '')
      await truncate(join(context, 'large', name), 20_000_000)
    }
    return context
  }

  it('runs a container that answers on the loopback interface, until it is removed', async () => {
    const container = await start(`
      FROM ${base}
      RUN mkdir /www && echo served > /www/index.html
      CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]`)

    assert.equal(await firstAnswer(container.address), 'served\n')
    await container.remove()
    await container.remove()

    await assert.rejects(answerOf(container.address))
  })

  it('reports at once that a container ended, with its last lines', async () => {
    const container = await start(`
      FROM ${base}
      CMD echo "$GREETING"; printf '##vso[task.complete]\\033[1m no end' >&2; exit 134`)

    assert.deepEqual(await container.exited, { code: 134, outOfMemory: false })
    assert.deepEqual([...container.lines()].sort(), ['##_vso[task.complete] no end', 'hello'])
  })

  it('reports that a container cannot start', async () => {
    const container = await start(`FROM ${base}\nENTRYPOINT ["/no/such/program"]`)

    const exit = await container.exited

    // With an init process inside, engines differ in who notices.
    assert.notEqual(exit.code, 0)
    assert.match([exit.error ?? '', ...container.lines()].join(), /\/no\/such\/program/)
  })

  it('lets a container that never listens run until it is removed', async () => {
    const container = await start(`FROM ${base}\nCMD sleep 60`)

    await assert.rejects(answerOf(container.address))
    await container.remove()

    assert.equal((await container.exited).code, 137)
  })

  describe('and a real registry', () => {
    let registry: RegistryProcess
    before(async () => {
      registry = await startRegistry(join(folder, 'registry'))
    })
    after(() => registry.stop())

    const credentials = { username: 'nobody', password: 'nothing' }

    it('pushes, and pulls by the digest that the registry stored', async () => {
      const image = await build({ dockerfileText: `FROM ${base}\nLABEL pushed=yes` })
      const name = built.at(-1) ?? ''
      const target = parseReference(`${registry.host}/platform/aspnet:10.0-1.0.0`)

      const digest = await docker.push({ name, target, credentials, onProgress: () => undefined })
      const manifest = await fetch(`http://${registry.host}/v2/platform/aspnet/manifests/10.0-1.0.0`, {
        method: 'HEAD',
        headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
        signal: AbortSignal.timeout(5000),
      })
      assert.equal(manifest.headers.get('docker-content-digest'), digest)
      assert.equal(await docker.inspect(`${registry.host}/platform/aspnet:10.0-1.0.0`), undefined)
      assert.equal((await docker.inspect(name))?.id, image.id)

      await docker.remove(name)
      const pulled = 'localhost/docker-engine-test/pulled:1'
      built.push(pulled, `${registry.host}/platform/aspnet@${digest}`)
      const fetched = await docker.pull({ reference: withDigest(target, digest), platform, name: pulled })
      assert.deepEqual(fetched.layers, image.layers)
      assert.equal((await docker.inspect(pulled))?.labels.pushed, 'yes')
    })

    it('says that an image is not in the registry', async () => {
      const absent = parseReference(`${registry.host}/platform/absent:1@sha256:${'0'.repeat(64)}`)

      await rejects(docker.pull({ reference: absent, platform, name: 'localhost/docker-engine-test/absent:1' }), {
        message: /^Cannot pull localhost:\d+\/platform\/absent:1@sha256:0{64} for linux\/amd64: .*(not found|unknown)/,
      })
    })

    it('says that a registry does not answer', async () => {
      const nobody = parseReference(`localhost:1/a:1@sha256:${'0'.repeat(64)}`)

      await rejects(docker.pull({ reference: nobody, platform, name: 'localhost/docker-engine-test/nobody:1' }), {
        message: /^Cannot pull localhost:1\/a:1@sha256:0{64} for linux\/amd64: .*connection refused/,
      })
    })
  })

  it("gives the registry's words where a push is refused", async () => {
    const refusing = createServer((request, response) => {
      const isUpload = request.method === 'POST'
      response.writeHead(isUpload ? 403 : request.url === '/v2/' ? 200 : 404, { 'content-type': 'application/json' })
      response.end(isUpload ? JSON.stringify({ errors: [{ code: 'DENIED', message: 'this one stays out' }] }) : '{}')
    })
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
    const target = parseReference(`localhost:${String((refusing.address() as AddressInfo).port)}/platform/aspnet:1.0.0`)

    const pushing = docker.push({
      name: base,
      target,
      credentials: { username: 'a', password: 'b' },
      onProgress: () => undefined,
    })

    await assert.rejects(
      pushing,
      (error: Error) => error instanceof PushRefusedError && error.words.includes('stays out'),
    )
    assert.equal(await docker.inspect(`${target.registry}/${target.repository}:1.0.0`), undefined)
    refusing.closeAllConnections()
    refusing.close()
  })

  describe('in a process of its own', () => {
    it('keeps it alive no longer than a build that is refused', async () => {
      const context = await largeContext()

      const printed = await buildApart(context, { os: 'linux', architecture: 'no such one !' })

      assert.match(printed, /^failed: build/)
    })

    it('keeps it alive no longer than a build that is aborted while the context is sent', async () => {
      const context = await largeContext()

      const printed = await buildApart(context, platform, "stop.abort(new Error('cancelled'))")

      assert.match(printed, /^failed: cancelled/)
    })
  })

  /** Copies the whole context in another process, and gives what that prints when it has ended by itself. */
  async function buildApart(context: string, platform: Platform, onProgress = ''): Promise<string> {
    const module = new URL('../../src/docker/docker-engine.ts', import.meta.url)
    const name = `localhost/docker-engine-test/apart:${String(built.length)}`
    built.push(name)
    const script = `
      import { dockerEngine } from '${module.href}'
      const stop = new AbortController()
      const request = { context: '${context}', dockerfile: '${context}/Dockerfile', name: '${name}',
        dockerfileText: 'FROM scratch\\nCOPY . /context', platform: ${JSON.stringify(platform)},
        buildArguments: {}, labels: {}, onProgress() { ${onProgress} } }
      await dockerEngine({ signal: stop.signal }).build(request).then(
        () => console.log('built'),
        (error) => console.log('failed: ' + error.message))`

    const root = fileURLToPath(new URL('../..', import.meta.url))
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type', 'module', '--eval', script], {
      cwd: root,
      env: { ...process.env, DOCKER_HOST: host.host },
      timeout: 60_000,
    })
    return stdout
  }
})

/** The body of the answer; rejects where none comes within a second. */
function answerOf(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(address, { agent: false, timeout: 1000 }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => {
        resolve(body)
      })
    })
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', reject)
  })
}

async function firstAnswer(address: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await answerOf(address)
    } catch (error) {
      if (attempt === 50) throw error
      await pause(100)
    }
  }
}
