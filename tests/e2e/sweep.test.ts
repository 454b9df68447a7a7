import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Engine } from '../../sandbox/engine.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import { isLocalName } from '../../src/ownership/local-name.ts'
import { docker } from '../support/docker-cli.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'
import { ensureBundles, type TaskRun } from '../support/task-process.ts'
import { startTinyLine, type TinyLine } from '../support/tiny-line.ts'

const source = (file: string) => new URL(`../../src/${file}`, import.meta.url).href
const waits = 'RUN ["/bin/busybox", "sh", "-c", "echo it waits; sleep 30"]'

describeOnEachEngine('what PlatformImageBuildTest leaves', ({ start, isNewer }) => {
  let engine: Engine
  let held: DockerEngine
  let line: TinyLine
  before(async () => {
    ensureBundles()
    engine = await start()
    held = dockerEngine({ environment: { DOCKER_HOST: engine.host } })
    await removeAllOfOurs()
  })
  beforeEach(async () => {
    line = await startTinyLine('tiny')
  })
  afterEach(async () => {
    await removeAllOfOurs()
    await line.stop()
  })
  after(() => engine.stop())

  /** All that carries a mark of ours, and what the engine keeps of the line's registry. */
  async function left(): Promise<readonly string[]> {
    const { containers, images } = await held.list()
    const isOurs = (name: string) => isLocalName(name) || name.startsWith(line.registry.host)
    return [
      ...containers.filter(({ name }) => name.startsWith('platform-image-')).map(({ name }) => name),
      // Engines with containerd's store give every name a digest of its own, too.
      ...images.flatMap(({ names, digests }) =>
        [...names, ...digests.filter((name) => !isLocalName(name))].filter(isOurs),
      ),
    ]
      .map((name) =>
        name
          .replace(line.registry.host, 'registry')
          .replace(/[:@].*$/, '')
          .replace(/-test-.*/, '-test'),
      )
      .sort()
  }

  async function removeAllOfOurs(): Promise<void> {
    const { containers, images } = await held.list()
    for (const { id, name } of containers) if (name.startsWith('platform-image-')) await held.removeContainer(id)
    for (const { names, digests } of images) {
      const isTiny = (name: string) => name.includes('/base/tiny')
      for (const name of [...names, ...digests]) if (isLocalName(name) || isTiny(name)) await held.remove(name)
    }
  }

  function assertPassed({ result, message, outputs }: TaskRun): void {
    assert.equal(result, 'Succeeded', message)
    assert.equal(outputs.testResult, 'passed')
  }

  /** What an engine keeps of one base: our name for it, and the registry's. */
  const oneBase = ['localhost/platform-image/kept', 'registry/base/tiny'] as const

  const runs = isNewer ? 5 : 20
  it(`is one base and the build cache after ${String(runs)} runs with moving bases`, async () => {
    const withoutName = async () =>
      (await docker(engine.host, 'images', '--quiet', '--filter', 'dangling=true')).split('\n').sort()
    const before = await withoutName()
    for (let run = 1; run <= runs; run++) {
      await line.moveBase(`base ${String(run)}`)
      const done = await line.build(engine.host)
      assertPassed(done)
      await line.endJob(engine.host, done)
    }

    assert.deepEqual(await left(), [...oneBase])
    assert.deepEqual(await withoutName(), before)
  })

  it('is the platform image until the job ends, and nothing that is not ours is touched', async () => {
    await docker(engine.host, 'pull', '--quiet', line.base)
    const done = await line.build(engine.host)
    assertPassed(done)

    const pulledByHand = ['registry/base/tiny', 'registry/base/tiny']
    assert.deepEqual(await left(), ['localhost/platform-image/image', ...pulledByHand])
    const { stdout } = await line.endJob(engine.host, done)
    assert.deepEqual(await left(), pulledByHand)
    assert.equal(stdout.replaceAll(/^##vso\[task\.debug\].*\n/gm, ''), '')
  })

  it('is also the base that somebody pulled after a run, when a newer one came', async () => {
    await line.endJob(engine.host, await line.build(engine.host))
    await docker(engine.host, 'pull', '--quiet', line.base)
    await line.moveBase('newer')

    await line.endJob(engine.host, await line.build(engine.host))
    const later = await line.build(engine.host)
    await line.endJob(engine.host, later)

    assertPassed(later)
    const pulledByHand = ['registry/base/tiny', 'registry/base/tiny']
    assert.deepEqual(await left(), [oneBase[0], oneBase[1], ...pulledByHand])
  })

  /** Where a run is ended, how that is seen, and what makes it stay there. */
  const phases: Readonly<Record<string, { readonly image?: string; readonly app?: string; readonly said?: string }>> = {
    'the pull': { said: 'Pulling' },
    'the build': { image: `COPY busybox /bin/busybox\n${waits}`, said: 'it waits' },
    "the application's build": { app: waits, said: 'it waits' },
    'the test': { app: 'CMD ["/bin/busybox", "sleep", "60"]' },
  }

  /** Runs the task until it is where it is to be ended; gives the run and the seconds that it took to end. */
  async function endIn(phase: string, signal: NodeJS.Signals): Promise<{ run: TaskRun; seconds: number }> {
    const { image, app, said } = phases[phase] ?? {}
    if (image !== undefined) await line.write('image', image)
    if (app !== undefined) await line.write('app', app)
    let end: ((signal: NodeJS.Signals) => void) | undefined
    let at = 0
    const run = line.build(engine.host, {
      onOutput: (output, kill) => {
        end = kill
        if (said === undefined || at > 0 || !output.includes(said)) return
        at = performance.now()
        kill(signal)
      },
    })
    if (said === undefined) {
      while (end === undefined || !(await left()).includes('platform-image-test')) {
        await Promise.race([pause(50), run.then(({ message = '' }) => assert.fail(`It ended too early: ${message}`))])
      }
      at = performance.now()
      end(signal)
    }
    return { run: await run, seconds: (performance.now() - at) / 1000 }
  }

  for (const phase of Object.keys(phases)) {
    it(`is nothing for the next run after one that was killed in ${phase}`, async () => {
      const { run: killed } = await endIn(phase, 'SIGKILL')
      assert.equal(killed.result, undefined)

      for (const part of ['image', 'app'] as const) await line.write(part)
      const next = await line.build(engine.host)

      assertPassed(next)
      const images = (await left()).filter((name) => name.endsWith('/image'))
      assert.equal(images.length, phase === 'the pull' || phase === 'the build' ? 1 : 2)
      await line.endJob(engine.host, next)
      await line.endJob(engine.host, killed)
      assert.deepEqual(await left(), [...oneBase])
    })
  }

  for (const [index, phase] of Object.keys(phases).entries()) {
    const signal = index % 2 === 0 ? 'SIGINT' : 'SIGTERM'
    it(`is the platform image at most within five seconds of ${signal} in ${phase}`, async () => {
      const { run, seconds } = await endIn(phase, signal)

      assert.equal(run.result, 'Failed')
      assert.equal(run.message, 'The job was cancelled, or the step reached its time limit. [job-cancelled]')
      assert.ok(seconds < 5, `${String(seconds)} s`)
      const temporary = (await left()).filter((name) =>
        /^platform-image-test$|\/platform-image\/(base|test)$/.test(name),
      )
      assert.deepEqual(temporary, [])
      await line.endJob(engine.host, run)
    })
  }

  it('is no name of a registry after a push that was killed', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const target = `localhost:${String((silent.address() as AddressInfo).port)}/pushed/tiny:1`
    const done = await line.build(engine.host)
    const script = `
      import { dockerEngine } from '${source('docker/docker-engine.ts')}'
      import { newOwner } from '${source('ownership/new-owner.ts')}'
      import { parseReference } from '${source('model/reference.ts')}'
      await dockerEngine({ owner: newOwner(new Date()) }).push({
        name: '${done.outputs.image ?? ''}', target: parseReference('${target}'),
        credentials: { username: 'a', password: 'b' }, onProgress() {} })`
    const pushing = spawn(process.execPath, ['--import', 'tsx', '--input-type', 'module', '--eval', script], {
      env: { ...process.env, DOCKER_HOST: engine.host },
    })
    while ((await held.inspect(target)) === undefined) await pause(50)

    pushing.kill('SIGKILL')
    await once(pushing, 'exit')
    assert.notEqual(await held.inspect(target), undefined)
    await line.endJob(engine.host, done)

    assert.deepEqual(await left(), [...oneBase])
    assert.equal(await held.inspect(target), undefined)
    silent.close()
  })

  it('is never a mix of two lines that are built at the same time', async () => {
    const other = await startTinyLine('other')

    const [one, two] = await Promise.all([line.build(engine.host), other.build(engine.host)])

    assertPassed(one)
    assertPassed(two)
    for (const [run, name] of [
      [one, 'tiny'],
      [two, 'other'],
    ] as const) {
      const image = await held.inspect(run.outputs.image ?? '')
      assert.equal(image?.labels['platform-image.line'], `platform/${name}:1`)
      assert.equal(image.id, run.outputs.imageId)
    }
    await line.endJob(engine.host, one)
    assert.notEqual(await held.inspect(two.outputs.image ?? ''), undefined)
    await other.endJob(engine.host, two)
    await other.stop()
  })
})
