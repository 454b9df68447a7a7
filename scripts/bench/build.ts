import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startEngine } from '../../sandbox/engine.ts'
import { stateFolder } from '../../sandbox/state.ts'
import { buildDockerfile } from '../../src/dockerfile-build/build-dockerfile.ts'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { amd64 } from '../../tests/support/builders.ts'
import { capturedLog } from '../../tests/support/captured-log.ts'

/**
 * Measures a build with a warm cache against `docker build` of the same context on the same engine, in turns:
 * `npx tsx scripts/bench/build.ts`. Figures are medians; the goal stands beside them.
 */
const runs = 15
const dockerClient = '/usr/bin/docker'

const run = promisify(execFile)
const host = await startEngine(join(stateFolder, 'engine'))
const engine = dockerEngine({ environment: { DOCKER_HOST: host.host } })
const context = await makeContext()
const dockerfile = join(context, 'Dockerfile')
const text = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
COPY . /app
${Array.from({ length: 6 }, (_, step) => `RUN echo ${String(step)} > /step-${String(step)}`).join('\n')}
ENTRYPOINT ["/bin/sh"]
`
await writeFile(dockerfile, text)

const [client, ours]: [number[], number[]] = [[], []]
for (let turn = -1; turn < runs; turn++) {
  // As in real life, each build has labels of its own; the first turn only warms the cache.
  const label = `bench.turn=${randomUUID()}`
  const [byClient, byUs] = [await timed(() => buildByClient(label)), await timed(() => buildByUs(label))]
  if (turn < 0) continue
  client.push(byClient)
  ours.push(byUs)
}
const ratio = median(ours) / median(client)
console.log(`docker build${' '.repeat(36)}${median(client).toFixed(0).padStart(7)} ms`)
console.log(`our build${' '.repeat(39)}${median(ours).toFixed(0).padStart(7)} ms`)
console.log(`ratio${' '.repeat(43)}${ratio.toFixed(2).padStart(10)}   (goal: at most 1.20)`)

await Promise.all(['client', 'ours'].map((tag) => engine.remove(`localhost/bench/build:${tag}`)))
await host.stop()
await rm(context, { recursive: true })

/** 500 files of 40 kB. */
async function makeContext(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-build-'))
  await copyFile('/bin/busybox', join(folder, 'busybox'))
  await writeFile(join(folder, '.dockerignore'), '.git\n**/obj\n!keep\n')
  await mkdir(join(folder, 'src'))
  const content = 'x'.repeat(40_000)
  await Promise.all(
    Array.from({ length: 500 }, (_, index) => writeFile(join(folder, 'src', `${String(index)}.cs`), content)),
  )
  return folder
}

async function buildByClient(label: string): Promise<void> {
  const env = { ...process.env, DOCKER_HOST: host.host, DOCKER_BUILDKIT: '1' }
  await run(dockerClient, ['build', '--label', label, '--tag', 'localhost/bench/build:client', context], { env })
}

async function buildByUs(label: string): Promise<void> {
  const [name = '', value = ''] = label.split('=')
  await buildDockerfile(
    {
      title: 'bench',
      context,
      dockerfile,
      content: readDockerfile(parseDockerfile(text), { platform: amd64 }),
      name: 'localhost/bench/build:ours',
      platform: amd64,
      buildArguments: {},
      labels: { [name]: value },
    },
    { engine, credentialsFor: () => Promise.resolve(undefined), log: capturedLog() },
  )
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}
