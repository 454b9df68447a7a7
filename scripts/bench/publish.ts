import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../../sandbox/base-images/run-command.ts'
import { startEngine } from '../../sandbox/engine.ts'
import { stateFolder } from '../../sandbox/state.ts'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { aReleaseLine, labelsOf } from '../../tests/support/builders.ts'
import { writeImageArchive } from '../../tests/support/image-archive.ts'
import { ensureBundles, runTaskBundle } from '../../tests/support/task-process.ts'
import { defaultInputs } from '../../tests/support/task-sources.ts'
import { type Fixture, startFixture } from '../../tests/sandbox/ecr/local-ecr-fixture.ts'

/**
 * Measures what a publish of four tags costs beside the push, and against the same work by the docker client and the
 * AWS CLI: `npx tsx scripts/bench/publish.ts`. Figures are medians; goals stand beside them.
 */
const runs = 5
const imageBytes = 50_000_000
const latency = 60
const versionTag = '10.0-noble-1.0.0'
const floatingTags = ['10.0', '10', 'latest', '10.0-noble-current']

ensureBundles()
const folder = await mkdtemp(join(tmpdir(), 'bench-publish-'))
const sandboxEngine = await startEngine(join(stateFolder, 'engine'))
const { host } = sandboxEngine
const engine = dockerEngine({ environment: { DOCKER_HOST: host } })
const docker = (...given: string[]) => runCommand('docker', ['--host', host, '--config', folder, ...given])

const near = await startFixture()
await measurePublish(near)
await near.stop()
const far = await startFixture({ latency })
await measureRetag(far)
await far.stop()
await sandboxEngine.stop()
await rm(folder, { recursive: true })

async function measurePublish(fixture: Fixture): Promise<void> {
  const [pushes, publishes, commands]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run < runs; run++) {
    pushes.push(await timed(fixture, pushByDocker))
    publishes.push(await timed(fixture, publish))
    commands.push(await timed(fixture, publishByCommands))
  }
  const [push, whole] = [median(pushes), median(publishes)]
  tell('docker push of 50 MB alone', `${seconds(push)} s`)
  tell('publish with four floating tags', `${seconds(whole)} s`)
  tell('publish beside the push', `${seconds(whole - push)} s`, '1 s')
  tell('the same by docker and aws commands', `${seconds(median(commands))} s`)
}

async function measureRetag(fixture: Fixture): Promise<void> {
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const repositoryName = await fixture.createRepository()
    await fixture.push(repositoryName, versionTag, {
      labels: labelsOf({ releaseLine: aReleaseLine({ repositoryName }) }),
    })
    const started = performance.now()
    await runPublish(fixture, repositoryName, { action: 'retag' })
    times.push(performance.now() - started)
  }
  tell(`retag of four tags at ${String(latency)} ms`, `${seconds(median(times))} s`, '5 s')
}

/** Milliseconds that the work takes with an image and a repository of their own. */
async function timed(
  fixture: Fixture,
  work: (fixture: Fixture, repositoryName: string, image: string) => Promise<unknown>,
): Promise<number> {
  const repositoryName = await fixture.createRepository()
  const image = `localhost/platform-image/image:bench-${randomBytes(4).toString('hex')}`
  const archive = join(folder, 'image.tar')
  const labels = labelsOf({ releaseLine: aReleaseLine({ repositoryName }) })
  await writeImageArchive(archive, { name: image, labels, content: randomBytes(imageBytes) })
  await engine.load(archive, image)
  const started = performance.now()
  await work(fixture, repositoryName, image)
  const duration = performance.now() - started
  await engine.remove(image)
  await engine.remove(`${fixture.ecr.host}/${repositoryName}:${versionTag}`)
  return duration
}

async function pushByDocker(fixture: Fixture, repositoryName: string, image: string): Promise<void> {
  const target = `${fixture.ecr.host}/${repositoryName}:${versionTag}`
  const [, auth] = (await fixture.authorization()).split(' ')
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [fixture.ecr.host]: { auth } } }))
  await docker('tag', image, target)
  await docker('push', '--quiet', target)
}

/** What a careful script would do. */
async function publishByCommands(fixture: Fixture, repositoryName: string, image: string): Promise<void> {
  const { endpoint, region, host: registry, credentials } = fixture.ecr
  const aws = `aws --endpoint-url ${endpoint} --region ${region} --output text ecr`
  const target = `${registry}/${repositoryName}`
  const client = `docker --host ${host} --config ${folder}`
  const retags = floatingTags.map((tag) =>
    [
      `${aws} batch-get-image --repository-name ${repositoryName} --image-ids imageTag=${versionTag} --query 'images[].imageManifest' > ${folder}/manifest`,
      `${aws} put-image --repository-name ${repositoryName} --image-tag ${tag} --image-manifest file://${folder}/manifest || true`,
    ].join('\n'),
  )
  const script = [
    `export AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`,
    `${aws} describe-repositories --repository-names ${repositoryName}`,
    `${aws} describe-images --repository-name ${repositoryName}`,
    `${aws} get-authorization-token --query 'authorizationData[0].authorizationToken' | base64 -d | cut -d: -f2 | ${client} login -u AWS --password-stdin ${registry}`,
    `${client} tag ${image} ${target}:${versionTag}`,
    `${client} push --quiet ${target}:${versionTag}`,
    ...retags,
  ]
  await runCommand('sh', ['-c', script.join('\n')])
}

function publish(fixture: Fixture, repositoryName: string, image: string): Promise<void> {
  return runPublish(fixture, repositoryName, { action: 'release', image, versionTag })
}

async function runPublish({ ecr }: Fixture, repositoryName: string, inputs: Record<string, string>): Promise<void> {
  const { result, message = '' } = await runTaskBundle('PlatformImagePublish', {
    inputs: {
      ...defaultInputs('PlatformImagePublish'),
      regionName: ecr.region,
      repositoryName,
      tagPrefix: '10.0-noble',
      extraTags: '10.0 10',
      ...inputs,
    },
    environment: {
      DOCKER_HOST: host,
      AWS_ENDPOINT_URL_ECR: ecr.endpoint,
      AWS_ACCESS_KEY_ID: ecr.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ecr.credentials.secretAccessKey,
    },
  })
  if (result !== 'Succeeded') throw new Error(message)
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2)
}

function tell(what: string, found: string, goal?: string): void {
  console.log(`${what.padEnd(48)}${found.padStart(10)}${goal === undefined ? '' : `   (goal: at most ${goal})`}`)
}
