import assert from 'node:assert/strict'
import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../../sandbox/base-images/run-command.ts'
import { type Engine, startPrivateEngine } from '../../sandbox/engine.ts'
import type { BuildProgress, ImageBuild } from '../../src/dockerfile-build/builder.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import { StepError } from '../../src/model/step-error.ts'
import { newOwner } from '../../src/ownership/new-owner.ts'
import { thisMachine } from '../../src/ownership/this-machine.ts'
import { withSweeps } from '../../src/sweep/sweep.ts'
import { amd64 } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { rejects } from '../support/problems.ts'

/** Engines of their own, cut off from the network: what is done to them here would hurt whoever shares one. */
describe('a build on an engine in trouble', () => {
  let folder: string
  let engines: Engine[]
  let unmount: (() => Promise<unknown>) | undefined

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'build-faults-'))
    engines = []
    unmount = undefined
  })
  afterEach(async () => {
    for (const engine of engines) await engine.stop()
    await unmount?.()
    await rm(folder, { recursive: true })
  })

  async function start(place: string): Promise<Engine> {
    const engine = await startPrivateEngine(place, { network: 'none' })
    engines.push(engine)
    return engine
  }

  async function build({ host }: Engine, context: string, request: Partial<ImageBuild>): Promise<unknown> {
    return buildWith(dockerEngine({ environment: { DOCKER_HOST: host } }), context, request)
  }

  async function buildWith(engine: DockerEngine, context: string, request: Partial<ImageBuild>): Promise<unknown> {
    return engine.build({
      context,
      dockerfile: join(context, 'Dockerfile'),
      dockerfileText: 'FROM scratch\nCOPY . /\n',
      name: 'localhost/build-faults-test/image:1',
      platform: amd64,
      buildArguments: {},
      labels: {},
      onProgress: () => undefined,
      ...request,
    })
  }

  async function contextOf(name: string): Promise<string> {
    const context = join(folder, name)
    await mkdir(context)
    return context
  }

  const dockerfileText =
    'FROM scratch\nCOPY busybox /busybox\nRUN ["/busybox", "sh", "-c", "echo running; /busybox sleep 60"]\n'
  async function contextThatRuns(): Promise<string> {
    const context = await contextOf('context')
    await copyFile('/bin/busybox', join(context, 'busybox'))
    return context
  }
  const readPid = async () => Number(await readFile(join(folder, 'engine', 'dockerd.pid'), 'utf8'))

  const isRunning = (progress: BuildProgress) => progress.kind === 'output' && progress.line === 'running'

  it('says that the engine went away, and builds again when it is back', async () => {
    const engine = await start(join(folder, 'engine'))
    const context = await contextThatRuns()
    const pid = await readPid()

    const building = build(engine, context, {
      dockerfileText,
      onProgress: (progress) => {
        if (isRunning(progress)) process.kill(pid, 'SIGKILL')
      },
    })

    await rejects(building, {
      message:
        'Cannot build localhost/build-faults-test/image:1: the engine went away before it ended. See whether it was restarted, and run the job again.',
    })
    await rejects(build(engine, context, {}), { name: 'EngineUnreachableError' })
    await build(await start(join(folder, 'engine')), context, {})
  })

  it('lets a cancelled step end within five seconds where it hangs', async () => {
    const { host } = await start(join(folder, 'engine'))
    const context = await contextThatRuns()
    const pid = await readPid()
    const cancelled = new AbortController()
    const engine = dockerEngine({ environment: { DOCKER_HOST: host }, signal: cancelled.signal })
    const ports = { engine, machine: thisMachine(), now: () => new Date(), log: capturedLog() }
    let since = 0
    const onProgress = (progress: BuildProgress) => {
      if (!isRunning(progress)) return
      since = performance.now()
      process.kill(pid, 'SIGSTOP')
      cancelled.abort(new StepError('cancelled'))
    }

    try {
      const working = withSweeps(newOwner(new Date()), ports, () =>
        buildWith(engine, context, { dockerfileText, onProgress }),
      )
      await rejects(working, { message: 'The job was cancelled, or the step reached its time limit.' })
      const seconds = (performance.now() - since) / 1000
      assert.ok(seconds < 5, `${String(seconds)} s`)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  })

  it("gives the engine's words where its disk is full", async () => {
    const place = await contextOf('small-disk')
    await runCommand('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', place])
    unmount = () => runCommand('umount', ['--lazy', place])
    const engine = await start(place)
    const context = await contextOf('context')
    await writeFile(join(context, 'large'), '')
    await truncate(join(context, 'large'), 60_000_000)

    await rejects(build(engine, context, {}), { message: /no space left on device/ })
  })
})
