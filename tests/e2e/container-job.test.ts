import assert from 'node:assert/strict'
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../sandbox/base-images/run-command.ts'
import type { Engine } from '../../sandbox/engine.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import { docker } from '../support/docker-cli.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'
import { ensureBundles } from '../support/task-process.ts'
import { startTinyLine, type TinyLine } from '../support/tiny-line.ts'

const tasks = fileURLToPath(new URL('../../dist/extension/tasks', import.meta.url))
const jobImage = 'localhost/container-job-test/node:1'
const network = 'container-job-test'
const container = 'container-job-test'

describeOnEachEngine('PlatformImageBuildTest in a container with the socket of the engine', ({ start }) => {
  let engine: Engine
  let held: DockerEngine
  let line: TinyLine
  before(async () => {
    ensureBundles()
    engine = await start()
    held = dockerEngine({ environment: { DOCKER_HOST: engine.host } })
    await buildJobImage()
    await docker(engine.host, 'network', 'create', network)
  })
  beforeEach(async () => {
    line = await startTinyLine('job')
  })
  afterEach(async () => {
    await docker(engine.host, 'rm', '--force', container).catch(() => '')
    await line.stop()
  })
  after(async () => {
    await docker(engine.host, 'network', 'rm', network)
    await held.remove(jobImage)
    for (const { names, digests } of (await held.list()).images) {
      const isOurs = (name: string) => name.includes('/platform-image/') || name.includes('/base/job')
      for (const name of [...names, ...digests]) if (isOurs(name)) await held.remove(name)
    }
    await engine.stop()
  })

  /** This very Node.js with the libraries that it needs, and the bundles: all that the agent brings into a container. */
  async function buildJobImage(): Promise<void> {
    const context = await mkdtemp(join(tmpdir(), 'container-job-'))
    const libraries = (await runCommand('ldd', [process.execPath])).matchAll(/(\/\S+) \(0x/g)
    for (const [, file = ''] of libraries) {
      await mkdir(join(context, 'root', dirname(file)), { recursive: true })
      await copyFile(file, join(context, 'root', file))
    }
    await copyFile(process.execPath, join(context, 'root/node'))
    await cp(tasks, join(context, 'root/tasks'), { recursive: true })
    await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nCOPY root /\n')
    await docker(engine.host, 'build', '--quiet', '--tag', jobImage, context)
    await rm(context, { recursive: true })
  }

  /** Runs a bundle as the agent does in a container job; gives what it prints. */
  function run(script: string, environment: Readonly<Record<string, string>>, options: readonly string[]) {
    const variables = Object.entries({ AGENT_TEMPDIRECTORY: '/tmp', ...environment })
    return docker(
      engine.host,
      'run',
      `--name=${container}`,
      `--volume=${line.folder}:${line.folder}`,
      '--tmpfs=/tmp',
      ...variables.map(([name, value]) => `--env=${name}=${value}`),
      ...options,
      jobImage,
      '/node',
      `/tasks/PlatformImageBuildTest/${script}`,
    )
  }

  function inputs(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(line.inputs()).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    )
  }

  const socket = () => `--volume=${engine.host.replace('unix://', '')}:/var/run/docker.sock`

  for (const [where, option, environment] of [
    ["the job's network", `--network=${network}`, { AGENT_CONTAINERNETWORK: network }],
    ['the usual network', '--network=bridge', {}],
    ["the machine's own network", '--network=host', {}],
  ] as const) {
    it(`calls the application on ${where}`, async () => {
      const printed = await run('index.js', { ...inputs(), ...environment }, [socket(), option])

      assert.match(printed, /##vso\[task\.complete result=Succeeded;\]/)
      assert.match(printed, /variable=testResult;.*\]passed/)
    })
  }

  it('leaves nothing that a run on the machine does not sweep at once where its container was killed', async () => {
    await line.write('app', 'CMD ["/bin/busybox", "sleep", "60"]')
    const killed = run('index.js', inputs(), [socket(), `--network=${network}`]).catch(() => '')
    const testContainers = async () =>
      (await held.list()).containers.filter(({ name }) => name.startsWith('platform-image-test-'))
    while ((await testContainers()).length === 0) await pause(100)

    await docker(engine.host, 'kill', container)
    await killed
    assert.equal((await testContainers()).length, 1)
    await line.write('app')
    const next = await line.build(engine.host)

    assert.equal(next.result, 'Succeeded', next.message)
    assert.deepEqual(await testContainers(), [])
    await line.endJob(engine.host, next)
  })

  it('says which setting maps the socket where there is none', async () => {
    const printed = await run('index.js', { ...inputs(), AGENT_CONTAINERID: 'a'.repeat(64) }, [`--network=${network}`])

    assert.match(printed, /result=Failed;\]Cannot reach the Docker engine at .*ENOENT.* set mapDockerSocket: true/)
  })

  it('ends the job in silence where there is no socket', async () => {
    const printed = await run('post-job.js', { VSTS_TASKVARIABLE_OWNERS: 'somebody' }, [`--network=${network}`])

    assert.equal(printed.replaceAll(/^##vso\[task\.debug\].*\n/gm, ''), '')
  })
})
