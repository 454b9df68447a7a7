import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PipelineResult } from '../../sandbox/agent/run-pipeline.ts'
import { listContainers } from '../../sandbox/demo/observe.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { edit } from '../support/checked-out.ts'
import { removeImagesOf } from '../support/docker-cli.ts'

const aspnet = 'mcr.microsoft.com/dotnet/aspnet:10.0-noble'
const line = {
  awsCredentials: 'aws-dev',
  regionName: 'eu-west-1',
  repositoryName: 'tried/aspnet',
  tagPrefix: '10.0-noble',
}
const title = 'Platform image tried/aspnet:10.0-noble'
const files: Readonly<Record<string, string>> = {
  'image/Dockerfile': `FROM ${aspnet}\n`,
  'sdk/Dockerfile': 'FROM mcr.microsoft.com/dotnet/sdk:10.0\nENV DOTNET_CLI_TELEMETRY_OPTOUT=1\n',
  // Applications without a compiler: shells on the platform image itself.
  'good/Dockerfile': `FROM ${aspnet}\nCMD ["true"]\n`,
  'bad/Dockerfile': `FROM ${aspnet}
RUN --mount=type=secret,id=webhook,required=true echo "built with $(cat /run/secrets/webhook)"
CMD echo "cannot reach $ADDRESS <&>" && exit 3
`,
}

type Inputs = Readonly<Record<string, string>>

describe('the integration test in a pipeline', () => {
  let sandbox: Sandbox
  let sources: string
  let containers: readonly string[]

  before(async () => {
    sandbox = await startSandbox(console.log)
    containers = await listContainers(sandbox)
    sources = await mkdtemp(join(tmpdir(), 'integration-test-task-'))
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(sources, name)), { recursive: true })
      await writeFile(join(sources, name), text)
    }
    const application = fileURLToPath(new URL('../../integration-tests/net10', import.meta.url))
    for (const name of ['app', 'warning-app']) await cp(application, join(sources, name), { recursive: true })
  })
  after(async () => {
    await rm(sources, { recursive: true })
    for (const host of [sandbox.baseImages.host, sandbox.ecr.host]) await removeImagesOf(host, sandbox.engine.host)
    await sandbox.stop()
  })
  afterEach(async () => {
    assert.deepEqual(await listContainers(sandbox), containers)
  })

  const task = (name: string, step: string, inputs: Inputs) =>
    [`- task: ${name}@1`, `  name: ${step}`, '  inputs:']
      .concat(Object.entries(inputs).map(([input, value]) => `    ${input}: ${JSON.stringify(value)}`))
      .join('\n')

  async function run(...steps: readonly string[]): Promise<PipelineResult> {
    await writeFile(join(sources, 'pipeline.yml'), `steps:\n${steps.join('\n')}\n`)
    return sandbox.run({ sources, file: 'pipeline.yml' })
  }

  /** Checks and builds what is in one folder, and tries it as the inputs say. */
  function tryImage(contextPath: string, inputs: Inputs): Promise<PipelineResult> {
    return run(
      task('PlatformImageCheck', 'check', { ...line, contextPath }),
      task('PlatformImageBuildTest', 'build', { buildRecord: '$(check.buildRecord)', contextPath, ...inputs }),
    )
  }

  async function summaryOf({ attachments }: PipelineResult): Promise<string> {
    const summaries = attachments.filter(({ type }) => type === 'Distributedtask.Core.Summary')
    return readFile(summaries.at(-1)?.path ?? '', 'utf8')
  }

  it('shows what came of each case in the Tests tab and on the page of the run', async () => {
    const result = await tryImage('image', { testDockerfile: 'good/Dockerfile', testMode: 'exitCode' })

    assert.equal(result.result, 'Succeeded')
    assert.equal(result.steps[1]?.outputs.testResult, 'passed')
    assert.deepEqual(
      result.testRuns.map((published) => [
        published.title,
        published.tests.map(({ name, outcome }) => [name, outcome]),
      ]),
      [
        [
          title,
          [
            ['The image builds', 'Passed'],
            ['The application builds on it', 'Passed'],
            ['The application starts', 'Passed'],
            ['The application ends with 0', 'Passed'],
          ],
        ],
      ],
    )
    assert.match(await summaryOf(result), /^\| The application ends with 0 \| passed \| \d+\.\d s \|$/m)
  })

  it('shows it also when the test fails, and no secret anywhere', async () => {
    const secret = sandbox.teams.webhookUrl
    const result = await tryImage('image', {
      testDockerfile: 'bad/Dockerfile',
      testMode: 'exitCode',
      testBuildSecrets: 'webhook=$(TEAMS_WEBHOOK_URI)',
      containerEnvironment: 'ADDRESS=$(TEAMS_WEBHOOK_URI)',
    })

    assert.equal(result.result, 'Failed')
    assert.equal(result.steps[1]?.outputs.testResult, undefined)
    const [published] = result.testRuns
    assert.deepEqual(
      published?.tests.map(({ outcome }) => outcome),
      ['Passed', 'Passed', 'Passed', 'Failed'],
    )
    const failed = published.tests.at(-1)
    assert.equal(failed?.message, 'The application ended with exit code 3 instead of 0. [application-ended]')
    assert.equal(failed.details, 'What the application printed:\n  cannot reach *** <&>')
    assert.match(
      await summaryOf(result),
      /\*\*failed\*\*: The application ended with exit code 3 instead of 0\. \\\[application-ended\\\]/,
    )

    const log = result.steps[1]?.lines.join('\n') ?? ''
    assert.match(log, /built with \*\*\*/)
    assert.match(log, /cannot reach \*\*\* <&>/)
    for (const { path } of result.attachments) assert.ok(!(await readFile(path, 'utf8')).includes(secret), path)
    assert.ok(!log.includes(secret))
  })

  it('shows the platform image itself as failed, and that nothing was tried', async () => {
    await mkdir(join(sources, 'broken'))
    await writeFile(join(sources, 'broken/Dockerfile'), `FROM ${aspnet}\nRUN echo the reason && exit 7\n`)

    const { result, testRuns } = await tryImage('broken', { testDockerfile: 'good/Dockerfile', testMode: 'exitCode' })

    assert.equal(result, 'Failed')
    const tests = testRuns[0]?.tests ?? []
    assert.deepEqual(
      tests.map(({ outcome }) => outcome),
      ['Failed', 'NotExecuted', 'NotExecuted', 'NotExecuted'],
    )
    assert.equal(tests[0]?.details, 'the reason')
  })

  it('tries an SDK image by building a real application with it', async () => {
    const { result, testRuns, steps } = await tryImage('sdk', {
      testDockerfile: 'app/Dockerfile',
      testBaseImage: 'sdk:10.0',
      testMode: 'build',
    })

    assert.equal(result, 'Succeeded')
    assert.equal(testRuns[0]?.tests.length, 2)
    assert.ok(steps[1]?.lines.some((text) => text.includes('MyService -> /publish/')))
  })

  it("fails on a compiler's real warnings, and shows them where they are allowed", async () => {
    // Of a name that no earlier run on this engine had.
    const unused = `unused${String(Date.now())}`
    await edit(join(sources, 'warning-app/MyService.csproj'), (text) =>
      text.replace('<TreatWarningsAsErrors>true', '<TreatWarningsAsErrors>false'),
    )
    await edit(join(sources, 'warning-app/Program.cs'), (text) => `${text}\nint ${unused};\n`)
    const inputs = { testDockerfile: 'warning-app/Dockerfile', testBaseImage: 'sdk:10.0', testMode: 'build' }

    const lenient = await tryImage('sdk', { ...inputs, failOnTestBuildWarnings: 'false' })
    // The engine has kept the step that warns.
    const strict = await tryImage('sdk', inputs)

    const warning = new RegExp(
      String.raw`/source/Program\.cs\(\d+,\d+\): warning CS0168: The variable '${unused}' is declared but never used`,
    )
    const issuesOf = ({ steps }: PipelineResult, type: string) =>
      steps.flatMap(({ issues }) => issues.filter((issue) => issue.type === type).map(({ message }) => message))
    assert.equal(strict.result, 'Failed')
    assert.match(issuesOf(strict, 'error').join(), /^The build of the test application gives a warning: /)
    assert.match(issuesOf(strict, 'error').join(), warning)
    assert.equal(lenient.steps[1]?.outputs.testResult, 'passed')
    assert.match(issuesOf(lenient, 'warning').join(), warning)
  })
})
