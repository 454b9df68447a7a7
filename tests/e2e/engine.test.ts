import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../sandbox/base-images/run-command.ts'
import { startEngine, startPrivateEngine, type Engine } from '../../sandbox/engine.ts'
import { startNewerEngine, whyNoNewerEngine } from '../../sandbox/newer-engine.ts'

const engineModule = fileURLToPath(new URL('../../sandbox/engine.ts', import.meta.url))

describe('sandbox engine', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'engine-'))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  describe('startEngine', () => {
    it('uses the engine at DOCKER_HOST, and leaves it running', async () => {
      const socket = await listenAs('28.5.2')

      const engine = await startEngine(folder, { DOCKER_HOST: `unix://${socket.path}` })
      await engine.stop()

      assert.equal(engine.host, `unix://${socket.path}`)
      assert.equal(engine.started, false)
      assert.equal(socket.server.listening, true)
      socket.server.close()
    })

    it('refuses an engine that is too old', async () => {
      const socket = await listenAs('19.03.15')

      await assert.rejects(
        startEngine(folder, { DOCKER_HOST: `unix://${socket.path}` }),
        /is version 19\.03\.15.*20\.10/,
      )
      socket.server.close()
    })

    async function listenAs(version: string) {
      const path = join(folder, 'other.sock')
      const server = createServer((_, response) => response.end(JSON.stringify({ Version: version })))
      await new Promise<void>((resolve) => server.listen(path, resolve))
      return { path, server }
    }
  })

  // Cut off from the network, because two engines there would take each other's bridge and rules away.
  describe('startPrivateEngine', () => {
    const engines: Engine[] = []

    async function start(place = folder): Promise<Engine> {
      const engine = await startPrivateEngine(place, { network: 'none' })
      engines.push(engine)
      return engine
    }

    afterEach(async () => {
      for (const engine of engines.splice(0)) await engine.stop()
    })

    it('starts an engine that ends with stop', async () => {
      const engine = await start()
      const version = await serverVersion(engine)
      const pid = await dockerd()
      await engine.stop()

      assert.match(version, /^\d+\.\d+/)
      assert.equal(engine.started, true)
      assert.equal(await isRunning(pid), false)
    })

    it('works in a folder whose path is too long for a socket', async () => {
      const engine = await start(join(folder, 'long'.repeat(40)))

      assert.match(await serverVersion(engine), /^\d+\.\d+/)
    })

    it('shares one engine between its users, and ends it with the last', async () => {
      const [first, second] = await Promise.all([start(), start()])
      const pid = await dockerd()

      await first.stop()
      const whileUsed = await isRunning(pid)
      await second.stop()

      assert.equal(first.host, second.host)
      assert.equal(whileUsed, true)
      assert.equal(await isRunning(pid), false)
    })

    it('starts again after dockerd was killed', async () => {
      await start()
      process.kill(await dockerd(), 'SIGKILL')

      const engine = await start()

      assert.match(await serverVersion(engine), /^\d+\.\d+/)
    })

    it('takes over, and ends, the engine of a process that was killed', async () => {
      const script = `
      const { startPrivateEngine } = await import(process.argv[1])
      await startPrivateEngine(process.argv[2], { network: 'none' })
      process.kill(process.pid, 'SIGKILL')`
      const options = ['--import', 'tsx', '--input-type=module', '--eval', script, '--', engineModule, folder]
      const child = spawn(process.execPath, options, { stdio: 'inherit' })
      await new Promise((resolve) => child.once('exit', resolve))
      const orphan = await dockerd()

      const engine = await start()
      const taken = await dockerd()
      await engine.stop()

      assert.equal(child.signalCode, 'SIGKILL')
      assert.equal(taken, orphan)
      assert.equal(await isRunning(orphan), false)
    })

    it('shows the last words of an engine that cannot start', async () => {
      const nowhere = join(folder, 'data')
      await runCommand('touch', [nowhere])

      await assert.rejects(start(), /Cannot start dockerd: [^]*data/)
    })

    it('starts another engine on a bridge of its own, which goes with it', async function () {
      const problem = whyNoNewerEngine()
      if (problem !== undefined) {
        console.log(`Not run: a newer engine beside the machine's own, since there is none: ${problem}`)
        this.skip()
      }
      const newer = await startNewerEngine()
      engines.push(newer)
      const [version] = (await serverVersion(newer)).split('.')
      const whileRunning = await runCommand('ip', ['-oneline', 'link', 'show', 'type', 'bridge'])
      await newer.stop()

      assert.ok(Number(version) >= 28)
      assert.match(whileRunning, /: newer-/)
      assert.doesNotMatch(await runCommand('ip', ['-oneline', 'link', 'show', 'type', 'bridge']), /: newer-/)
    })

    async function dockerd(): Promise<number> {
      return Number(await readFile(join(folder, 'dockerd.pid'), 'utf8'))
    }

    async function isRunning(pid: number): Promise<boolean> {
      // A zombie, whose parent has not looked yet, has no command line.
      return (await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')) !== ''
    }

    async function serverVersion(engine: Engine): Promise<string> {
      return runCommand('docker', ['--host', engine.host, 'version', '--format', '{{.Server.Version}}'])
    }
  })
})
