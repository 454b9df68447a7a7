import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const scripts = fileURLToPath(new URL('../../sandbox', import.meta.url))

/** A checkout of its own for setup.mjs, with programs that only note how they were called. */
describe('setup.mjs', () => {
  let root: string
  let engine: Server | undefined

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'setup-'))
    for (const folder of ['sandbox', 'bin', 'node_modules']) await mkdir(join(root, folder))
    for (const name of ['setup.mjs', 'newer-engine.mjs', 'other-nodes.mjs'])
      await copyFile(join(scripts, name), join(root, 'sandbox', name))
    await mkdir(join(root, '.sandbox/newer-engine/root/usr/sbin'), { recursive: true })
    await writeFile(join(root, '.sandbox/newer-engine/root/usr/sbin/dockerd'), '')
    await addProgram('dotnet', 'echo "10.0.401 [/usr/share/dotnet/sdk]"')
    await addProgram('npm')
    await addProgram('apt-get')
    const programs = ['docker-registry', 'debootstrap', 'skopeo', 'busybox', 'chromium', 'dockerd', 'iptables', 'ip']
    for (const name of programs) await addProgram(name)
    await lock('package-lock.json', { '': {}, 'node_modules/a': { version: '1.0.0' } })
    await lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } })
  })

  afterEach(async () => {
    engine?.close()
    engine = undefined
    await rm(root, { recursive: true })
  })

  it('says and does nothing where nothing is missing', async () => {
    const run = await setUp()

    assert.deepEqual(run, { code: 0, output: '', calls: [] })
  })

  for (const [situation, packages] of Object.entries({
    'another version is installed': { 'node_modules/a': { version: '0.9.0' } },
    'a package is missing': {},
    'a package is too many': { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } },
  })) {
    it(`installs the npm packages where ${situation}`, async () => {
      await lock('node_modules/.package-lock.json', packages)

      const run = await setUp()

      assert.deepEqual(run.calls, ['npm ci --no-audit --no-fund'])
      assert.match(run.output, /^Installing npm packages: \d+\.\d s\n$/)
    })
  }

  it('does not miss an optional package of another platform', async () => {
    await lock('package-lock.json', {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/fast-on-mars': { version: '1.0.0', optional: true },
    })

    const run = await setUp()

    assert.deepEqual(run.calls, [])
  })

  it('shows the output of a command that fails', async () => {
    await lock('node_modules/.package-lock.json', {})
    await addProgram('npm', 'echo "no space left" >&2; exit 1')

    const run = await setUp()

    assert.equal(run.code, 1)
    assert.equal(run.output, 'Installing npm packages: failed\nnpm ci --no-audit --no-fund\nno space left\n')
  })

  it('installs the Debian packages whose programs are missing', async function () {
    if (process.getuid?.() !== 0) throw new Error('This test has to run as root, as the sandbox does.')
    await removePrograms('debootstrap', 'chromium', 'dockerd')

    const run = await setUp()

    assert.deepEqual(run.calls, [
      'apt-get update',
      'apt-get install -y --no-install-recommends debootstrap chromium docker.io',
    ])
  })

  it('leaves out the engine where one answers', async () => {
    await removePrograms('dockerd', 'iptables')
    engine = createServer((_, response) => response.end('OK'))
    await new Promise<void>((resolve) => engine?.listen(join(root, 'docker.sock'), resolve))

    const run = await setUp()

    assert.deepEqual(run, { code: 0, output: '', calls: [] })
  })

  it('lists what is missing where it cannot install it', async () => {
    await removePrograms('apt-get', 'docker-registry', 'iptables')

    const run = await setUp()

    assert.equal(run.code, 1)
    assert.match(run.output, /^Missing: docker-registry, iptables\. /)
  })

  it('says why there is no newer engine, and goes on', async () => {
    await rm(join(root, '.sandbox/newer-engine/root'), { recursive: true })
    await addProgram('apt-get', 'echo "E: Could not resolve the mirror" >&2; exit 100')

    const run = await setUp('--newer-engine')

    assert.equal(run.code, 0)
    assert.match(
      run.output,
      /^Fetching a newer Docker engine for the tests: not to be had, so these run on one engine \(.+\)\n$/,
    )
    assert.equal((await setUp()).output, '', 'only the tests want it')
  })

  it('fetches the other versions of Node.js once, and says what is in the way', async () => {
    await addProgram('npm', 'touch archive.tgz; echo archive.tgz')
    await addProgram('tar', 'mkdir -p package/bin; touch package/bin/node')
    // The programs that the two above are made of.
    for (const name of ['touch', 'mkdir']) await symlink(`/usr/bin/${name}`, join(root, 'bin', name))

    const first = await setUp('--other-nodes')

    assert.match(first.output, /^(Fetching Node\.js [\d.]+ for the tests: \d+\.\d s\n){4}$/)
    assert.equal((await setUp('--other-nodes')).output, '')
    await rm(join(root, '.sandbox/nodes'), { recursive: true })
    await addProgram('npm', 'echo "404 not found" >&2; exit 1')
    const { code, output } = await setUp('--other-nodes')
    assert.equal(code, 1)
    assert.match(output, /for the tests: failed\nnpm pack --silent node-\S+: 404 not found\n$/)
  })

  it('asks for the .NET SDK 10', async () => {
    await addProgram('dotnet', 'echo "8.0.100 [/usr/share/dotnet/sdk]"')

    const run = await setUp()

    assert.equal(run.code, 1)
    assert.match(run.output, /^The .NET SDK 10 is needed/)
  })

  async function addProgram(name: string, body?: string): Promise<void> {
    const text = body ?? `echo "${name} $*" >> "${root}/calls"`
    await writeFile(join(root, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }

  async function removePrograms(...names: readonly string[]): Promise<void> {
    for (const name of names) await rm(join(root, 'bin', name))
  }

  async function lock(file: string, packages: unknown): Promise<void> {
    await writeFile(join(root, file), JSON.stringify({ packages }))
  }

  async function setUp(
    ...options: readonly string[]
  ): Promise<{ code: number | null; output: string; calls: readonly string[] }> {
    const child = spawn(process.execPath, [join(root, 'sandbox', 'setup.mjs'), ...options], {
      env: { PATH: join(root, 'bin'), DOCKER_HOST: `unix://${root}/docker.sock` },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    const calls = await readFile(join(root, 'calls'), 'utf8').catch(() => '')
    return { code, output, calls: calls.split('\n').filter(Boolean) }
  }
})
