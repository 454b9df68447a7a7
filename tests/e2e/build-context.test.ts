import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Engine } from '../../sandbox/engine.ts'
import type { BuildProgress } from '../../src/dockerfile-build/builder.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import { amd64 } from '../support/builders.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'
import { runBundled } from '../support/run-bundled.ts'

const run = promisify(execFile)
/** Debian's client, which can speak to BuildKit without a plugin. */
const dockerCli = '/usr/bin/docker'
const shell = 'localhost/build-context-test/shell:1'

const rules = [
  '# what a careful team leaves out',
  '**/*.md',
  '!README.md',
  '!docs/**/keep.md',
  '.git',
  '**/.vs',
  '**/bin/',
  // The rule before would do, but a client of 20.10 forgets it for what lies beside an exception.
  'src/*/bin',
  '**/obj',
  '!src/app/bin/keep.txt',
  '*/temp*',
  '*/*/temp*',
  'temp?',
  '/dist/',
  'a[0-9].txt',
  '**/*.user',
  '  trimmed.txt  ',
  './dotted.txt',
  'folder with blanks/x',
  'links/gone',
  'src/**/generated',
  '!src/a/generated/precious.cs',
  'logs/*',
  '!logs/important',
  'Dockerfile*',
  '.dockerignore',
]

/** Files of the context: the ones that the rules are about, and their neighbours. */
const files = [
  ...['README.md', 'CHANGES.md', 'docs/guide.md', 'docs/deep/er/keep.md', 'docs/deep/er/drop.md', '.git/HEAD'],
  ...['src/.vs/x', 'src/app/bin/keep.txt', 'src/app/bin/drop.dll', 'src/app/obj/a', 'src/app/app.cs', 'bin/top'],
  ...['src/temporary', 'src/app/temporary', 'temporary', 'temp1', 'temp12', 'dist/x', 'src/dist/x', 'a1.txt', 'ab.txt'],
  ...['me.user', 'src/you.user', 'trimmed.txt', 'dotted.txt', 'folder with blanks/x', 'folder with blanks/ü'],
  ...[
    'src/a/generated/precious.cs',
    'src/a/generated/plain.cs',
    'src/a/b/generated/c',
    'logs/trivial',
    'logs/important',
  ],
  ...[
    'src-gen/between-src-and-what-it-holds',
    `${'long-'.repeat(40)}/name`,
    'setuid.sh',
    'empty/.keep',
    '\u{1F600}',
    '\uFF21',
  ],
]

describeOnEachEngine('the context of a build', ({ start }) => {
  let host: Engine
  let engine: DockerEngine
  let folder: string
  let built: string[]

  before(async () => {
    host = await start()
    engine = dockerEngine({ environment: { DOCKER_HOST: host.host } })
    folder = await mkdtemp(join(tmpdir(), 'build-context-'))
    built = []
    await mkdir(join(folder, 'shell'))
    await copyFile('/bin/busybox', join(folder, 'shell', 'busybox'))
    await build(
      join(folder, 'shell'),
      'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\n',
      shell,
    )
  })
  after(async () => {
    for (const name of built) await engine.remove(name)
    await host.stop()
    await rm(folder, { recursive: true })
  })

  async function build(
    context: string,
    dockerfileText: string,
    name: string,
    dockerfile = join(context, 'Dockerfile'),
  ) {
    const told: BuildProgress[] = []
    built.push(name)
    await engine.build({
      context,
      dockerfile,
      dockerfileText,
      name,
      platform: amd64,
      buildArguments: {},
      labels: {},
      onProgress: (progress) => told.push(progress),
    })
    return told
  }

  /** What a build of this Dockerfile sees, as a step of it lists the context. */
  const listing = (unique: string) => `FROM ${shell}
COPY . /context
RUN cd /context && find . -exec stat -c '%N %A %u:%g %s' {} ';' | sort > /listing # ${unique}
CMD cat /listing
`

  async function contextOf(ignoreFile: string): Promise<string> {
    const context = await mkdtemp(join(folder, 'context-'))
    for (const path of [...files, ignoreFile]) {
      await mkdir(dirname(join(context, path)), { recursive: true })
      await writeFile(join(context, path), path === ignoreFile ? rules.join('\n') : path)
    }
    await chmod(join(context, 'src/app/app.cs'), 0o750)
    await chmod(join(context, 'src/app/bin'), 0o700)
    await chmod(join(context, 'setuid.sh'), 0o6755)
    await chmod(join(context, 'empty'), 0o1777)
    await mkdir(join(context, 'links'))
    for (const [target, link] of [
      ['../README.md', 'links/inside'],
      ['/etc/passwd', 'links/absolute'],
      ['nowhere', 'links/dangling'],
      ['nowhere', 'links/gone'],
      ['../src', 'links/folder'],
    ] as const) {
      await symlink(target, join(context, link))
    }
    return context
  }

  const cases: readonly (readonly [what: string, dockerfile: string, ignoreFile: string])[] = [
    ['the rules of .dockerignore, which leave out the Dockerfile', 'Dockerfile', '.dockerignore'],
    [
      'the rules of <Dockerfile>.dockerignore, whatever .dockerignore says',
      'app.Dockerfile',
      'app.Dockerfile.dockerignore',
    ],
  ]
  for (const [what, dockerfile, ignoreFile] of cases) {
    it(`is what the docker CLI sends by ${what}`, async () => {
      const context = await contextOf(ignoreFile)
      if (ignoreFile !== '.dockerignore') await writeFile(join(context, '.dockerignore'), '**')
      const text = listing(randomUUID())
      await writeFile(join(context, dockerfile), text)
      const [byCli, byUs] = [dockerfile.toLowerCase(), `${dockerfile.toLowerCase()}-us`].map(
        (tag) => `localhost/build-context-test/listing:${tag}`,
      )
      assert.ok(byCli && byUs)
      built.push(byCli)

      const env = { ...process.env, DOCKER_HOST: host.host, DOCKER_BUILDKIT: '1' }
      await run(dockerCli, ['build', '--file', join(context, dockerfile), '--tag', byCli, context], { env })
      await build(context, text, byUs, join(context, dockerfile))

      const [expected, actual] = await Promise.all([byCli, byUs].map(printed))
      assert.match(expected ?? '', /\.\/src\/app\/bin\/keep\.txt/)
      assert.doesNotMatch(expected ?? '', /CHANGES|\.git|\/obj/)
      assert.equal(actual, expected)
    })
  }

  async function printed(image: string): Promise<string> {
    const { stdout } = await run(dockerCli, ['--host', host.host, 'run', '--rm', '--network', 'none', image])
    return stdout
  }

  it('goes through little memory, however large it is, and says how much of it went', async () => {
    const context = await mkdtemp(join(folder, 'large-'))
    await Promise.all(
      Array.from({ length: 2000 }, (_, index) => writeFile(join(context, `small-${String(index)}`), String(index))),
    )
    // 500 MB, of which the disk holds next to nothing.
    for (const name of '0123456789') {
      await writeFile(join(context, name), '')
      await truncate(join(context, name), 50_000_000)
    }

    const { sent, kilobytes } = await buildApart(context)

    assert.ok(sent > 500_000_000, String(sent))
    assert.ok(kilobytes < 150_000, `${String(kilobytes)} kB`)
  })

  /** Copies the whole context in a process of its own, bundled as the task is, and gives what that took. */
  async function buildApart(context: string): Promise<{ sent: number; kilobytes: number }> {
    const name = 'localhost/build-context-test/large:1'
    built.push(name)
    const script = `
      import { readFileSync } from 'node:fs'
      import { dockerEngine } from './src/docker/docker-engine.ts'
      let sent = 0
      void dockerEngine().build({
        context: '${context}', dockerfile: '${context}/Dockerfile', dockerfileText: 'FROM scratch\\nCOPY . /context',
        name: '${name}', platform: ${JSON.stringify(amd64)}, buildArguments: {}, labels: {},
        onProgress: (progress) => { if (progress.kind === 'step') sent = Math.max(sent, progress.moved) },
      }).then(() => {
        const kilobytes = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
        console.log(JSON.stringify({ sent, kilobytes }))
      })`
    const stdout = await runBundled(script, { folder, environment: { DOCKER_HOST: host.host } })
    return JSON.parse(stdout) as { sent: number; kilobytes: number }
  }

  it('leaves the files of the user as they are', async () => {
    const context = await contextOf('.dockerignore')
    await writeFile(join(context, 'Dockerfile'), 'FROM theirs\n')

    await build(context, `FROM ${shell}\nCOPY . /context\n`, 'localhost/build-context-test/untouched:1')

    assert.equal(await readFile(join(context, 'Dockerfile'), 'utf8'), 'FROM theirs\n')
  })
})
