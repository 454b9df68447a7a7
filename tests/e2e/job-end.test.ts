import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type PipelineResult, runPipeline } from '../../sandbox/agent/run-pipeline.ts'
import { type Engine, startEngine } from '../../sandbox/engine.ts'
import { stateFolder } from '../../sandbox/state.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import { isLocalName } from '../../src/ownership/local-name.ts'
import { ensureBundles } from '../support/task-process.ts'
import { startTinyLine, type TinyLine } from '../support/tiny-line.ts'

const tasks = fileURLToPath(new URL('../../dist/extension/tasks', import.meta.url))

describe('the end of a job with PlatformImageBuildTest', () => {
  let engine: Engine
  let held: DockerEngine
  let line: TinyLine
  before(async () => {
    ensureBundles()
    engine = await startEngine(join(stateFolder, 'engine'))
    held = dockerEngine({ environment: { DOCKER_HOST: engine.host } })
    line = await startTinyLine('end')
  })
  after(async () => {
    for (const { names, digests } of (await held.list()).images) {
      const isOurs = (name: string) => isLocalName(name) || name.includes('/base/end')
      for (const name of [...names, ...digests]) if (isOurs(name)) await held.remove(name)
    }
    await line.stop()
    await engine.stop()
  })

  async function run(steps: readonly string[], signal?: AbortSignal): Promise<PipelineResult> {
    const sources = join(line.folder, 'sources')
    await mkdir(sources, { recursive: true })
    await writeFile(join(sources, 'azure-pipelines.yml'), `steps:\n${steps.join('\n')}\n`)
    return runPipeline({
      file: 'azure-pipelines.yml',
      sources,
      tasks,
      work: join(line.folder, 'work'),
      environment: { PATH: process.env.PATH ?? '', DOCKER_HOST: engine.host, HOME: line.folder },
      runId: 1,
      write: () => undefined,
      ...(signal && { signal }),
    })
  }

  function step(settings = ''): string {
    return `- task: PlatformImageBuildTest@1\n${settings}  inputs: ${JSON.stringify(line.inputs())}`
  }

  /** What there is of ours but kept bases. */
  async function left(): Promise<readonly string[]> {
    const { containers, images } = await held.list()
    return [...containers, ...images.flatMap(({ names }) => names.map((name) => ({ name })))]
      .map(({ name }) => name)
      .filter((name) => (isLocalName(name) || name.startsWith('platform-image-')) && !name.includes('/kept:'))
  }

  function postJobs({ steps }: PipelineResult): readonly (readonly [result: string, said: readonly string[]])[] {
    return steps
      .filter(({ displayName }) => displayName.startsWith('Post-job'))
      .map(({ result, lines }) => [result, lines.filter((said) => !/^(##\[section\]|=+|\w+ +: )/.test(said))])
  }

  it('takes the images of all attempts of a step, and says nothing, also for a step that was skipped', async () => {
    await line.write('app', 'CMD ["/bin/busybox", "false"]')

    const result = await run([step('  retryCountOnTaskFailure: 1\n'), step()])

    assert.deepEqual(
      result.steps.slice(0, 2).map((done) => done.result),
      ['Failed', 'Skipped'],
    )
    assert.equal(result.steps[0]?.lines.filter((said) => said.startsWith('Pulling')).length, 2)
    assert.deepEqual(postJobs(result), [
      ['Succeeded', []],
      ['Succeeded', []],
    ])
    assert.deepEqual(await left(), [])
  })

  it('comes also after a job that was canceled', async () => {
    await line.write('app', 'CMD ["/bin/busybox", "sleep", "60"]')
    const cancel = new AbortController()
    const running = run([step()], cancel.signal)
    while (!(await left()).some((name) => name.startsWith('platform-image-test-'))) await pause(50)

    cancel.abort()
    const result = await running

    assert.equal(result.result, 'Canceled')
    assert.deepEqual(postJobs(result), [['Succeeded', []]])
    assert.deepEqual(await left(), [])
  })

  it('needs no engine where there was nothing to do', async () => {
    const result = await run([
      '- bash: exit 1',
      step().replace('PlatformImageBuildTest@1', 'PlatformImageBuildTest@1\n  env: { DOCKER_HOST: "ssh://nowhere" }'),
    ])

    assert.deepEqual(postJobs(result), [['Succeeded', []]])
  })
})
