import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../sandbox/engine.ts'
import { buildPlatformImage, type BuildRequest } from '../../src/build-image/build-platform-image.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import { recordLabels } from '../../src/model/build-record.ts'
import { type Digest, digestOf } from '../../src/model/digest.ts'
import type { RegistryCredentials } from '../../src/model/credentials.ts'
import { newOwner } from '../../src/ownership/new-owner.ts'
import { parseReference, type Reference } from '../../src/model/reference.ts'
import { aBuildContext, aDockerfile, amd64, aRecord, aspnet } from '../support/builders.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'
import { type CapturedLog, capturedLog } from '../support/captured-log.ts'
import { docker as dockerCli } from '../support/docker-cli.ts'
import { reader, startGuardedRegistry, startOpenRegistry, type StartedRegistry } from '../support/guarded-registry.ts'
import { pushTinyImage, putIndex, type TinyImage } from '../support/tiny-image.ts'
import { rejects, told } from '../support/problems.ts'

const authorization = `Basic ${Buffer.from(`${reader.username}:${reader.password}`).toString('base64')}`
const provenance = { run: 'project/1', created: new Date('2026-11-23T12:00:00Z'), revision: 'abc' }

describeOnEachEngine('buildPlatformImage', ({ start }) => {
  let host: Engine
  let engine: DockerEngine
  let open: StartedRegistry
  let guarded: StartedRegistry
  let folder: string
  /** The base that is watched, by architecture; two platforms of one index. */
  let bases: Readonly<Record<'amd64' | 'arm64', TinyImage>>
  let index: Digest
  /** An image that only the reader of the guarded registry may have. */
  let sdk: Digest
  /** A base with a shell, in the same registry as the base that is watched. */
  let shell: Digest
  let builtNames: string[]

  before(async () => {
    host = await start()
    engine = dockerEngine({ environment: { DOCKER_HOST: host.host } })
    ;[open, guarded] = await Promise.all([startOpenRegistry(), startGuardedRegistry()])
    folder = await mkdtemp(join(tmpdir(), 'build-platform-image-'))
    builtNames = []
    const aspnetAt = { registry: `http://${open.real.host}`, repository: 'mcr/dotnet/aspnet' }
    const [first, second] = await Promise.all(
      ['amd64', 'arm64'].map((architecture) =>
        pushTinyImage({
          ...aspnetAt,
          layers: ['shared', `base of ${architecture}`],
          platform: `linux/${architecture}`,
          environment: { ASPNET_VERSION: '10.0.14' },
          labels: { 'platform-image.line': 'inherited', vendor: 'Microsoft' },
        }),
      ),
    )
    assert.ok(first && second)
    bases = { amd64: first, arm64: second }
    index = (await putIndex({ ...aspnetAt, tag: '10.0', images: [first, second] })).digest as Digest
    await pushTinyImage({ ...aspnetAt, repository: 'mcr/dotnet/tool', tag: '1', layers: ['of the mirror'] })
    const tools = { registry: `http://${guarded.real.host}`, repository: 'tools/sdk', authorization }
    sdk = (await pushTinyImage({ ...tools, tag: '1', layers: ['of the guarded registry'] })).digest as Digest
    shell = await pushShell()
  })
  after(async () => {
    for (const name of builtNames) await engine.remove(name)
    await Promise.all([host.stop(), open.stop(), guarded.stop()])
    await rm(folder, { recursive: true })
  })

  /** Pushes a base with busybox: the only one here whose steps can run something. */
  async function pushShell(): Promise<Digest> {
    await copyFile('/bin/busybox', join(folder, 'busybox'))
    // Steps on top of it are then in no engine's cache from an earlier run.
    await writeFile(join(folder, 'run'), randomUUID())
    const name = 'localhost/build-platform-image-test/shell:1'
    const dockerfile = join(folder, 'Dockerfile')
    const dockerfileText =
      'FROM scratch\nCOPY busybox /bin/busybox\nCOPY run /run-id\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\n'
    const made = { buildArguments: {}, labels: {}, platform: amd64, onProgress: () => undefined }
    await engine.build({ ...made, context: folder, dockerfile, dockerfileText, name })
    builtNames.push(name)
    const target = parseReference(`${open.real.host}/mcr/shell:1`)
    return engine.push({ name, target, credentials: { username: 'a', password: 'b' } })
  }

  interface Changes extends Partial<BuildRequest> {
    readonly base?: Reference
    readonly digest?: Digest
    /** Of the guarded registry. */
    readonly credentials?: RegistryCredentials
    readonly log?: CapturedLog
  }

  /** Builds a Dockerfile as a check has seen it, through a mirror of mcr.microsoft.com. */
  async function build(text: string, changes: Changes = {}) {
    const {
      base = aspnet,
      digest = bases.amd64.digest as Digest,
      credentials = reader,
      log = capturedLog(),
      ...more
    } = changes
    const context = await mkdtemp(join(folder, 'context-'))
    const dockerfile = aDockerfile(text, join(context, 'Dockerfile'))
    await writeFile(dockerfile.path, text)
    const record = aRecord({
      base: { reference: base, digest: index, platformDigest: digest },
      mirrors: { 'mcr.microsoft.com': `${open.real.host}/mcr` },
    })
    const credentialsFor = (registry: string) =>
      Promise.resolve(registry === guarded.real.host ? credentials : undefined)
    const buildContext = aBuildContext(() => Promise.resolve('v1:now'))
    const resolvePlatform = () => Promise.resolve(bases.arm64.digest as Digest)
    const request = { record, provenance, context, dockerfile, owner: newOwner(new Date()), ...more }
    const { name, image } = await buildPlatformImage(request, {
      engine,
      resolvePlatform,
      credentialsFor,
      buildContext,
      log,
    })
    builtNames.push(name)
    assert.equal(await readFile(dockerfile.path, 'utf8'), text)
    return { name, image, log, record }
  }

  const onShell = () => ({ base: parseReference('mcr.microsoft.com/shell:1'), digest: shell })

  /** A file of an image, which does not have to be able to run. */
  async function fileIn(image: string, path: string): Promise<string> {
    const container = (await dockerCli(host.host, 'create', image, 'nothing')).trim()
    const copy = join(await mkdtemp(join(folder, 'copied-')), 'file')
    await dockerCli(host.host, 'cp', `${container}:${path}`, copy)
    await dockerCli(host.host, 'rm', container)
    return readFile(copy, 'utf8')
  }

  it('builds on the digest of the check, and writes its record over what the base says', async () => {
    const { image, record } = await build('FROM mcr.microsoft.com/dotnet/aspnet:10.0\nCOPY Dockerfile /x\n')

    assert.deepEqual(image.layers.slice(0, -1), bases.amd64.diffIds)
    assert.deepEqual(image.labels, { vendor: 'Microsoft', ...recordLabels(record, provenance) })
    assert.equal(image.environment.ASPNET_VERSION, '10.0.14')
  })

  it('takes every image from where it really is: the base by platform, others by mirror and credentials', async () => {
    const { name, image } = await build(
      `FROM --platform=linux/arm64 mcr.microsoft.com/dotnet/aspnet:10.0 AS other
       FROM ${guarded.real.host}/tools/sdk:1 AS sdk
       FROM mcr.microsoft.com/dotnet/aspnet:10.0
       COPY --from=other /content.txt /other
       COPY --from=sdk /content.txt /sdk
       COPY --from=mcr.microsoft.com/dotnet/tool:1 /content.txt /tool
       COPY --from=mcr.microsoft.com/dotnet/aspnet:10.0 /content.txt /own
      `,
    )

    assert.deepEqual(image.layers.slice(0, 2), bases.amd64.diffIds)
    const files = await Promise.all(['/other', '/sdk', '/tool', '/own'].map((path) => fileIn(name, path)))
    assert.deepEqual(files, ['base of arm64', 'of the guarded registry', 'of the mirror', 'base of amd64'])
    const names = await dockerCli(host.host, 'images', '--format', '{{.Repository}}:{{.Tag}}')
    assert.doesNotMatch(names, /localhost\/platform-image\/base/)
  })

  it('names the private image whose credentials are missing', async () => {
    const text = `FROM mcr.microsoft.com/dotnet/aspnet:10.0\nCOPY --from=${guarded.real.host}/tools/other:1 /content.txt /x\n`
    const credentials = { username: 'nobody', password: 'wrong' }

    await assert.rejects(build(text, { credentials }), (error: Error) => {
      assert.match(told(error), new RegExp(`${guarded.real.host}/tools/other:1`))
      assert.doesNotMatch(`${error.message} ${told(error)}`, /wrong/)
      return true
    })
  })

  it('pulls a private base with its credentials, or says that it is refused', async () => {
    const text = `FROM ${guarded.real.host}/tools/sdk:1\nCOPY Dockerfile /x\n`
    const base = parseReference(`${guarded.real.host}/tools/sdk:1`)
    const refused = build(text, { base, digest: sdk, credentials: { username: 'nobody', password: 'wrong' } })

    await assert.rejects(refused, (error: Error) => {
      assert.match(
        told(error),
        /^Cannot pull localhost:\d+\/tools\/sdk:1@.*Check .* the input "baseRegistryConnection"/,
      )
      assert.doesNotMatch(`${error.message} ${told(error)}`, /wrong/)
      return true
    })
    assert.equal((await build(text, { base, digest: sdk })).image.layers.length, 2)
  })

  it('takes files from the watched image where it is built from scratch', async () => {
    const { name, image } = await build(
      'FROM scratch\nCOPY --from=mcr.microsoft.com/dotnet/aspnet:10.0 /content.txt /x\n',
    )

    assert.equal(image.layers.length, 1)
    assert.equal(await fileIn(name, '/x'), 'base of amd64')
  })

  it('puts the base in place of a FROM that nobody can resolve', async () => {
    const { image } = await build('ARG BASE\nFROM ${BASE}\nCOPY Dockerfile /x\n')

    assert.deepEqual(image.layers.slice(0, -1), bases.amd64.diffIds)
  })

  it('refuses a base that is not in its registry, and says what to look at', async () => {
    await rejects(build('FROM mcr.microsoft.com/dotnet/aspnet:10.0\n', { digest: digestOf('gone') }), {
      message:
        /^Cannot pull localhost:\d+\/mcr\/dotnet\/aspnet:10\.0@sha256:\w+ for linux\/amd64: .*\. Let the agent reach localhost:\d+\. Check the input/,
    })
  })

  it('names the image that should read the Dockerfile where it cannot be had', async () => {
    await rejects(build('# syntax=localhost:1/docker/dockerfile:1\nFROM mcr.microsoft.com/dotnet/aspnet:10.0\n'), {
      message: /^Cannot get localhost:1\/docker\/dockerfile:1, which .*Dockerfile names to read it.*connection refused/,
    })
  })

  it('builds with a step on its own machine, whatever it is built for', async () => {
    const { log } = await build(
      'FROM --platform=$BUILDPLATFORM mcr.microsoft.com/shell:1 AS tools\nRUN echo made > /made\nFROM mcr.microsoft.com/shell:1\nCOPY --from=tools /made /made\nRUN cat /made\n',
      onShell(),
    )

    assert.ok(log.lines.includes('    made'))
  })

  it('takes the checked base wherever the builder knows its name', async () => {
    const { version } = await engine.ping()
    // Older builders take nothing from images in triggers.
    const source = Number(version.split('.')[0]) < 28 ? 'lower' : 'mcr.microsoft.com/shell:1'
    const { log } = await build(
      `FROM mcr.microsoft.com/shell:1 AS lower
ONBUILD COPY --from=${source} /run-id /from-trigger
FROM lower
RUN --mount=type=bind,FROM=mcr.microsoft.com/shell:1,target=/upper --mount=type=bind,"from=mcr.microsoft.com/shell:1",target=/quoted \\
  cmp /upper/run-id /run-id && cmp /quoted/run-id /run-id && cmp /from-trigger /run-id && echo the same
`,
      onShell(),
    )

    assert.ok(log.lines.includes('    the same'))
  })

  it('keeps secrets out of the log, however a step prints them', async () => {
    const secret = 'gehei-hm.secret/7'
    const print = `s="$(cat /run/secrets/feed)"; printf "\${s%hm*}"; sleep 1; printf "\${s#gehei-}\\n"; echo "user:$s" | base64; printf '%3990s%s\\n' '' "$s"; printf "\${s%.*}\\033[1m.\${s#*.}\\n"; exit 3`
    const text = `FROM mcr.microsoft.com/shell:1\nRUN --mount=type=secret,id=feed ${print}\n`
    const log = capturedLog()

    await rejects(build(text, { ...onShell(), log, secrets: { feed: secret } }), { name: 'BuildFailedError' })
    const shown = log.lines.join('\n')
    assert.ok(shown.includes('***'))
    assert.doesNotMatch(shown, /gehei|secret\/7/)
    assert.ok(!shown.includes(Buffer.from(`user:${secret}`).toString('base64').slice(8, 20)))
  })

  it('tells a long step every five seconds', async () => {
    const { log } = await build('FROM mcr.microsoft.com/shell:1\nRUN sleep 6\n', { ...onShell(), layerCache: 'ignore' })

    assert.ok(
      log.lines.some((line) => /^ +5 s … {2}\[(?:stage-0 )?2\/2\] RUN sleep 6$/.test(line)),
      log.lines.join('\n'),
    )
  })

  it("warns of the builder's advice at its line, on engines that give some", async () => {
    const { log } = await build('FROM mcr.microsoft.com/shell:1\nENV API_TOKEN x\n', onShell())

    const { version } = await engine.ping()
    // Engine 27 was the first whose builder checks Dockerfiles.
    if (Number(version.split('.')[0]) < 27) assert.deepEqual(log.warnings, [])
    else {
      assert.ok(
        log.warnings.some((warning) => warning.startsWith('SecretsUsedInArgOrEnv')),
        log.warnings.join(),
      )
      assert.ok(log.places.every(({ file, line }) => file.endsWith('/Dockerfile') && line === 2))
    }
  })

  it('builds a heredoc, or says before anything is pulled that the engine is too old for it', async () => {
    const text = 'FROM mcr.microsoft.com/shell:1\nRUN <<EOF\necho from a heredoc\nEOF\n'
    const { version } = await engine.ping()

    if (Number(version.split('.')[0]) >= 23) {
      assert.ok((await build(text, onShell())).log.lines.includes('    from a heredoc'))
    } else {
      await rejects(build(text, onShell()), {
        message: /Dockerfile has a heredoc in line 2, which needs engine 23 or later; the agent has 2\d\./,
      })
    }
  })

  it('does not mix two builds at once', async () => {
    const texts = ['one', 'two'].map((word) => `FROM mcr.microsoft.com/shell:1\nRUN sleep 1; echo ${word} > /word\n`)

    const built = await Promise.all(texts.map((text) => build(text, onShell())))

    assert.deepEqual(await Promise.all(built.map(({ name }) => fileIn(name, '/word'))), ['one\n', 'two\n'])
  })
})
