import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { digestOf } from '../../src/model/digest.ts'
import { connectionId, roleOf, startAwsUnderTest } from '../../tests/aws/aws-under-test.ts'
import { type Fixture, startFixture } from '../../tests/sandbox/ecr/local-ecr-fixture.ts'
import { startServer } from '../../tests/support/loopback-server.ts'
import { ensureBundles, runTaskBundle, type TaskSetting } from '../../tests/support/task-process.ts'
import { defaultInputs } from '../../tests/support/task-sources.ts'

/** Measures what a check costs, and the start of a notification: `npx tsx scripts/bench/check.ts`. Figures are medians; goals stand beside them. */
const runs = 7
const images = 10_000

const bundles = join(import.meta.dirname, '..', '..', 'dist', 'extension', 'tasks')
const goals = { PlatformImageCheck: 1.2, PlatformImageBuildTest: 1.2, PlatformImagePublish: 1.2, TeamsNotify: 0.5 }

ensureBundles()
for (const [task, goal] of Object.entries(goals)) {
  const { size } = await stat(join(bundles, task, 'index.js'))
  tell(`bundle of ${task}`, `${(size / 1e6).toFixed(2)} MB`, `${String(goal)} MB`)
}
await measureStart('first request of PlatformImageCheck', (url) =>
  runCheck('platform/aspnet', { AWS_ENDPOINT_URL_ECR: url }),
)
await measureOidcStart()
await measureStart('card of TeamsNotify', sendCard)
await measureLargeRepository()

async function measureStart(what: string, run: (url: string) => Promise<unknown>): Promise<void> {
  let first = 0
  const refusing = await startServer(() => {
    first ||= performance.now()
    return { status: 400, body: '{"__type":"AccessDeniedException"}' }
  })
  const times: number[] = []
  for (let turn = 0; turn < runs; turn++) {
    first = 0
    const started = performance.now()
    await run(refusing.url)
    times.push(first - started)
  }
  await refusing.stop()
  tell(`start to ${what}`, `${String(Math.round(median(times)))} ms`, '500 ms')
}

/** With the two round trips more that OpenID Connect takes, to Azure DevOps and to STS, here without their distance. */
async function measureOidcStart(): Promise<void> {
  const aws = await startAwsUnderTest()
  const parameters = { assumeRoleArn: roleOf('by-token').arn, useOIDC: 'true' }
  await measureStart('first request of PlatformImageCheck by OIDC', (url) =>
    runCheck(
      'platform/aspnet',
      {
        AWS_ENDPOINT_URL_ECR: url,
        AWS_ENDPOINT_URL_STS: aws.sts.endpoint,
        SYSTEM_OIDCREQUESTURI: aws.azureDevOps.requestUri,
        SYSTEM_ACCESSTOKEN: aws.azureDevOps.jobToken,
        [`ENDPOINT_AUTH_${connectionId}`]: JSON.stringify({ scheme: 'UsernamePassword', parameters }),
      },
      { awsCredentials: connectionId },
    ),
  )
  await aws.stop()
}

async function measureLargeRepository(): Promise<void> {
  const ecr = await startFixture()
  const name = await ecr.createRepository()
  ecr.ecr.seed(
    name,
    Array.from({ length: images }, (_, index) => ({
      digest: digestOf(`image ${String(index)}`),
      tags: [`8.0-noble-0.0.${String(index)}`],
      pushedAt: new Date(ecr.time),
    })),
  )
  await ecr.push(name, '10.0-noble-1.0.0')
  const seen = ecr.ecr.requests.length
  const peaks: number[] = []
  for (let run = 0; run < runs; run++) peaks.push(await peakMemory(name, ecr))
  const listings = ecr.ecr.requests.slice(seen).filter(({ operation }) => operation === 'DescribeImages').length / runs
  await ecr.stop()
  tell(`listing requests among ${String(images + 1)} images`, String(listings), '11')
  tell('peak memory meanwhile', `${median(peaks).toFixed(0)} MB`, '100 MB')
}

/** Of the whole process, in MB: a module that is loaded before the task notes it at the end. */
async function peakMemory(repositoryName: string, ecr: Fixture): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const [note, probe] = [join(folder, 'peak'), join(folder, 'probe.mjs')]
  await writeFile(
    probe,
    `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(${JSON.stringify(note)}, String(process.resourceUsage().maxRSS)))`,
  )
  await runCheck(repositoryName, {
    AWS_ENDPOINT_URL_ECR: ecr.ecr.endpoint,
    AWS_ACCESS_KEY_ID: ecr.ecr.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ecr.ecr.credentials.secretAccessKey,
    NODE_OPTIONS: `--import=${pathToFileURL(probe).href}`,
  })
  const kibibytes = Number(await readFile(note, 'utf8'))
  await rm(folder, { recursive: true })
  return (kibibytes * 1024) / 1e6
}

async function runCheck(
  repositoryName: string,
  environment: Record<string, string>,
  inputs: Record<string, string> = {},
): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'bench-context-'))
  await writeFile(join(context, 'Dockerfile'), 'FROM mcr.microsoft.com/dotnet/aspnet:10.0\n')
  const setting: TaskSetting = {
    inputs: {
      ...defaultInputs('PlatformImageCheck'),
      regionName: 'eu-west-1',
      repositoryName,
      tagPrefix: '10.0-noble',
      contextPath: context,
      forceUpdate: 'false',
      ...inputs,
    },
    variables: { 'PlatformImage.RegistryMirrors': 'mcr.microsoft.com=localhost:1' },
    environment: { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', ...environment },
  }
  await runTaskBundle('PlatformImageCheck', setting)
  await rm(context, { recursive: true })
}

async function sendCard(url: string): Promise<void> {
  const inputs = { ...defaultInputs('TeamsNotify'), title: 'A new version', webhookUrl: `${url}/hook` }
  await runTaskBundle('TeamsNotify', { inputs })
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

function tell(what: string, found: string, goal: string): void {
  console.log(`${what.padEnd(48)}${found.padStart(10)}   (goal: at most ${goal})`)
}
