import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Engine } from '../../sandbox/engine.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import { askApplication } from '../../src/http/ask-application.ts'
import { sleepFor } from '../../src/http/sleep-for.ts'
import { type Application, planApplication } from '../../src/integration-test/build-application.ts'
import { parseExpectedStatus } from '../../src/integration-test/expected-status.ts'
import { recordChecks } from '../../src/integration-test/record-checks.ts'
import { runIntegrationTest } from '../../src/integration-test/run-integration-test.ts'
import { plannedChecks, type TestMode } from '../../src/integration-test/test-mode.ts'
import type { TestRequest } from '../../src/integration-test/ask-repeatedly.ts'
import type { RegistryCredentials } from '../../src/model/credentials.ts'
import { StepError } from '../../src/model/step-error.ts'
import { aDockerfile, amd64 } from '../support/builders.ts'
import { type CapturedLog, capturedLog } from '../support/captured-log.ts'
import { docker } from '../support/docker-cli.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'
import { reader, type StartedRegistry, startGuardedRegistry } from '../support/guarded-registry.ts'
import { told } from '../support/problems.ts'
import { pushTinyImage } from '../support/tiny-image.ts'

const run = promisify(execFile)
const platformImage = 'localhost/platform-image/image:integration-test'
const aspnet = 'mcr.microsoft.com/dotnet/aspnet:10.0'

/** Answers `/cgi-bin/answer?<what>` by what stands behind the question mark. */
const answerScript = `#!/bin/sh
case "$QUERY_STRING" in
  given) head -c "$CONTENT_LENGTH" > /tmp/body
        if [ "$(cat /tmp/body)" = '{ not: json, but "given" }' ] && [ "$CONTENT_TYPE" = application/json ]
        then printf 'Status: 200 OK\\r\\n\\r\\n'; else printf 'Status: 400 Bad\\r\\n\\r\\n'; cat /tmp/body; fi ;;
  slow) sleep 6; printf 'Status: 200 OK\\r\\n\\r\\n' ;;
  warm) echo x >> /tmp/asked
        if [ "$(wc -l < /tmp/asked)" -gt 3 ]
        then printf 'Status: 200 OK\\r\\n\\r\\n'; else printf 'Status: 503 Warming\\r\\n\\r\\n'; fi ;;
  redirect) printf 'Status: 307 Elsewhere\\r\\nLocation: https://localhost:5001/\\r\\n\\r\\n' ;;
  *) printf 'Status: %s Said\\r\\n\\r\\n##vso[task.complete result=Succeeded] says %s' "$QUERY_STRING" "$QUERY_STRING" ;;
esac
`
const serve = (port = 8080, address = '0.0.0.0') => `CMD exec httpd -f -p ${address}:${String(port)} -h /www`

describeOnEachEngine('an integration test', ({ start, isNewer }) => {
  let host: Engine
  let engine: DockerEngine
  let folder: string
  let imagesBefore: string[]
  let log: CapturedLog
  /** The last answer of the application, and when it came, in seconds since this machine started. */
  let answered: { readonly body: string; readonly at: number }

  before(async () => {
    host = await start()
    engine = dockerEngine({ environment: { DOCKER_HOST: host.host } })
    folder = await mkdtemp(join(tmpdir(), 'integration-test-'))
    const context = join(folder, 'image')
    await mkdir(context)
    await copyFile('/bin/busybox', join(context, 'busybox'))
    await writeFile(join(context, 'answer'), answerScript)
    await chmod(join(context, 'answer'), 0o755)
    // What is built on it is then in no engine's cache from an earlier run.
    await writeFile(join(context, 'run'), randomUUID())
    await engine.build({
      context,
      dockerfile: join(context, 'Dockerfile'),
      dockerfileText: `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
RUN mkdir -p /www /tmp
COPY answer /www/cgi-bin/answer
COPY run /etc/test-run`,
      name: platformImage,
      platform: amd64,
      buildArguments: {},
      labels: {},
      onProgress: () => undefined,
    })
    imagesBefore = await listImages()
  })
  beforeEach(() => {
    log = capturedLog()
  })
  afterEach(async () => {
    assert.equal(await docker(host.host, 'ps', '--all', '--quiet'), '', 'a container is left')
    assert.deepEqual(await listImages(), imagesBefore, 'an image is left')
  })
  after(async () => {
    await engine.remove(platformImage)
    await host.stop()
    await rm(folder, { recursive: true })
  })

  /** Sorted: images of one second come in any order. */
  async function listImages(): Promise<string[]> {
    const format = '{{.Repository}}:{{.Tag}}'
    return (await docker(host.host, 'images', '--format', format, 'localhost/platform-image/*')).split('\n').sort()
  }

  interface Trying {
    /** Of the application, below its FROM; by default it serves files and answers. */
    readonly steps?: string
    readonly application?: Partial<Application>
    readonly mode?: TestMode
    readonly signal?: AbortSignal
    readonly credentials?: Readonly<Record<string, RegistryCredentials>>
  }

  async function test({
    steps = serve(),
    application,
    mode: mode = byRequest('200'),
    signal,
    credentials = {},
  }: Trying) {
    const context = await mkdtemp(join(folder, 'application-'))
    const plan = planApplication({
      dockerfile: aDockerfile(`FROM ${aspnet}\n${steps}`, join(context, 'Dockerfile')),
      context,
      platform: amd64,
      baseImage: 'aspnet:10.0',
      mirrors: {},
      buildArguments: {},
      secrets: {},
      failsOnWarnings: false,
      ...application,
    })
    const checks = recordChecks(plannedChecks(mode), { tell: told, hideSecrets: (text) => text })
    const started = performance.now()
    const error = await runIntegrationTest(
      { image: platformImage, application: plan, mode, owner: randomUUID(), ...(signal && { signal }) },
      {
        engine: signal === undefined ? engine : dockerEngine({ environment: { DOCKER_HOST: host.host }, signal }),
        credentialsFor: (registry) => Promise.resolve(credentials[registry]),
        send: async (request) => {
          const answer = await askApplication(request, signal && { signal })
          answered = { body: 'body' in answer ? answer.body : '', at: await uptime() }
          return answer
        },
        sleep: sleepFor,
        checks,
        log,
      },
    ).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    )
    const seconds = (performance.now() - started) / 1000
    return {
      error,
      message: error === undefined ? '' : told(error),
      seconds,
      cases: checks.checks().map(({ outcome }) => outcome.kind),
    }
  }

  const expecting = (text: string) => ({ request: { expectedStatus: parseExpectedStatus(text) } })

  function byRequest(
    answer: string,
    more: { readonly timeLimit?: number; readonly request?: Partial<TestRequest> } = {},
  ): TestMode {
    const { request, timeLimit = 20 } = more
    return {
      kind: 'request',
      port: 8080,
      environment: {},
      timeLimit,
      request: {
        method: 'GET',
        path: `/cgi-bin/answer?${answer}`,
        headers: {},
        expectedStatus: parseExpectedStatus('200'),
        ...request,
      },
    }
  }

  describe('of an application that answers', () => {
    it('passes', async () => {
      const { error, cases } = await test({})

      assert.equal(error, undefined)
      assert.deepEqual(cases, ['skipped', 'passed', 'passed', 'passed'])
      assert.match(log.lines.at(-1) ?? '', /^GET \/cgi-bin\/answer\?200 answered 200 after \d\.\d s$/)
    })

    for (const [answer, expected] of [
      ['204', '200-299'],
      ['404', '200, 404'],
      ['307', '307'],
      ['500', '500'],
      ['redirect', '300-399'],
    ] as const) {
      it(`passes with ${answer} where ${expected} is expected`, async () => {
        assert.equal((await test({ mode: byRequest(answer, expecting(expected)) })).error, undefined)
      })
    }

    it('gets the body as it is given, whatever its type says', async () => {
      const request = {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{ not: json, but "given" }',
      }

      assert.equal((await test({ mode: byRequest('given', { request }) })).message, '')
    })

    it('is waited for while it warms up', async () => {
      const { error, seconds } = await test({ mode: byRequest('warm') })

      assert.equal(error, undefined)
      assert.ok(seconds < 15, String(seconds))
    })

    it('is waited for where it answers slowly', async () => {
      const { error, seconds } = await test({ mode: byRequest('slow') })

      assert.equal(error, undefined)
      assert.ok(seconds < 10, String(seconds))
    })

    it('is noticed as soon as it is ready', async () => {
      const steps = `CMD sleep 2; cut -d ' ' -f 1 /proc/uptime > /www/ready; exec httpd -f -p 8080 -h /www`

      const { error } = await test({ steps, mode: byRequest('', { request: { path: '/ready' } }) })

      assert.equal(error, undefined)
      const milliseconds = (answered.at - Number(answered.body)) * 1000
      // 300 at most on a machine that has nothing else to do, which a test cannot know.
      assert.ok(milliseconds < 1000, String(milliseconds))
    })
  })

  describe('of an application that does not do what it should', () => {
    interface Fault extends Trying {
      readonly when: string
      readonly message: RegExp
      readonly cases: readonly string[]
      readonly printed?: RegExp
      /** Seconds that it may take, with the build. */
      readonly within?: number
    }
    const notStarted = ['skipped', 'passed', 'failed', 'skipped']
    const notAnswered = ['skipped', 'passed', 'passed', 'failed']
    const faults: readonly Fault[] = [
      {
        when: 'it ends at once',
        steps: 'CMD echo no database >&2; exit 3',
        message: /^The application ended with exit code 3 before it answered GET \/cgi-bin\/answer\?200\.$/,
        printed: /no database/,
        cases: notStarted,
        within: 10,
      },
      {
        when: 'it ends after a while',
        steps: 'CMD sleep 2; echo Unhandled exception.; exit 134',
        message: /^The application ended with exit code 134 before/,
        printed: /Unhandled exception\./,
        cases: notStarted,
        within: 10,
      },
      {
        when: 'its program is not there',
        steps: 'ENTRYPOINT ["/no/such/program"]',
        message: /(failed|ended with exit code)/,
        printed: /no\/such\/program|printed nothing/,
        cases: notStarted,
        within: 10,
      },
      {
        when: 'it never listens',
        steps: 'CMD echo waiting for nobody; sleep 600',
        mode: byRequest('200', { timeLimit: 2 }),
        message:
          /within 2 s; at last it gave no answer \(ECONNRESET\) \d+ times\. Does the application listen on port 8080, and on all addresses \(0\.0\.0\.0\)\?$/,
        printed: /waiting for nobody/,
        cases: notStarted,
      },
      {
        when: 'it listens for itself alone',
        steps: serve(8080, '127.0.0.1'),
        mode: byRequest('200', { timeLimit: 2 }),
        message: /and on all addresses \(0\.0\.0\.0\)\?$/,
        cases: notStarted,
      },
      {
        when: 'it listens on another port, which its image declares',
        steps: `EXPOSE 80 443\n${serve(80)}`,
        mode: byRequest('200', { timeLimit: 2 }),
        message: /Its image declares (80\/tcp, 443\/tcp|443\/tcp, 80\/tcp)\. Check the input "containerPort"\.$/,
        cases: notStarted,
      },
      {
        when: 'it answers something else',
        mode: byRequest('404', { timeLimit: 2 }),
        message: /within 2 s; at last it gave .*404 \d+ times\.$/,
        printed: /##_vso\[task\.complete result=Succeeded\] says 404/,
        cases: notAnswered,
      },
      {
        when: 'it redirects',
        mode: byRequest('redirect', { timeLimit: 2 }),
        message: /within 2 s; at last it gave .*307 to https:\/\/localhost:5001\/ \d+ times\.$/,
        cases: notAnswered,
      },
      {
        when: 'it answers later than the time limit',
        mode: byRequest('slow', { timeLimit: 2 }),
        message: /within 2 s; at last it gave .*no answer \(ETIMEDOUT\)/,
        cases: notStarted,
      },
      {
        when: 'it is up but broken',
        mode: byRequest('500', { timeLimit: 600 }),
        message: /^The application is up, but answers GET \/cgi-bin\/answer\?500 with 500 on every request for 10 s\.$/,
        printed: /says 500/,
        cases: notAnswered,
        within: 20,
      },
      {
        when: 'it does not end, though it should',
        mode: { kind: 'exitCode', environment: {}, timeLimit: 2 },
        message:
          /^The application did not end within 2 s\. If it is a service, give "request" in the input "testMode"\.$/,
        cases: notAnswered,
      },
      {
        when: 'it should end with 0, but does not',
        steps: 'CMD echo 1 of 7 checks failed; exit 7',
        mode: { kind: 'exitCode', environment: {}, timeLimit: 60 },
        message: /^The application ended with exit code 7 instead of 0\.$/,
        printed: /1 of 7 checks failed/,
        cases: notAnswered,
        within: 10,
      },
      {
        when: 'a step of its build fails',
        steps: 'RUN echo about to fail && exit 7',
        message: /^The step ".*RUN echo about to fail && exit 7" failed: .*exit code: 7/,
        printed: /about to fail/,
        cases: ['skipped', 'failed', 'skipped', 'skipped'],
      },
    ]
    for (const { when, message, printed, cases, within = 20, ...trying } of faults) {
      it(`tells that ${when}`, async () => {
        const outcome = await test(trying)

        assert.match(outcome.message, message)
        assert.deepEqual(outcome.cases, cases)
        if (printed !== undefined) assert.match(log.lines.join('\n'), printed)
        assert.ok(outcome.seconds < within, String(outcome.seconds))
      })
    }

    it('tells that it ran out of memory', async () => {
      const outcome = test({ steps: 'CMD echo started; sleep 3; tail /dev/zero' })
      await limitMemory()

      const { message, cases } = await outcome
      assert.match(message, /^The application ended with exit code 137, out of memory, before it answered GET /)
      assert.deepEqual(cases, notStarted)
    })

    /** What an agent with little memory does to its containers. */
    async function limitMemory(): Promise<void> {
      const container = await startedContainer()
      await docker(host.host, 'update', '--memory=16m', '--memory-swap=16m', container)
    }
  })

  describe('by other means than a request', () => {
    it('passes with an application that ends with 0, and gets its environment', async () => {
      const { error, cases } = await test({
        steps: 'CMD [ "$GREETING" = "hello world" ]',
        mode: { kind: 'exitCode', environment: { GREETING: 'hello world' }, timeLimit: 60 },
      })

      assert.equal(error, undefined)
      assert.deepEqual(cases, ['skipped', 'passed', 'passed', 'passed'])
    })

    it('passes with an application that has to be process number 1', async () => {
      const { message } = await test({
        steps: `CMD ["/bin/sh", "-c", "echo I am process $$; [ $$ = 1 ]"]`,
        mode: { kind: 'exitCode', environment: {}, timeLimit: 60 },
      })

      assert.equal(message, '')
    })

    it('ends an application that takes no notice of being asked to', async () => {
      const { message, seconds } = await test({
        steps: `CMD trap '' TERM INT; while true; do sleep 1; done`,
        mode: { kind: 'exitCode', environment: {}, timeLimit: 2 },
      })

      assert.match(message, /^The application did not end within 2 s\./)
      assert.ok(seconds < 12, String(seconds))
    })

    it('passes with an application that builds, and starts nothing', async () => {
      const { error, cases } = await test({ steps: 'RUN true\nENTRYPOINT ["/no/such"]', mode: { kind: 'build' } })

      assert.equal(error, undefined)
      assert.deepEqual(cases, ['skipped', 'passed'])
    })
  })

  describe('whose build', () => {
    const warn = `RUN echo "/source/Program.cs(1,2): warning CS0618: old [/source/a.csproj]" && echo "/source/Program.cs(1,2): warning CS0618: old [/source/a.csproj]"`
    const building = (steps: string, application: Partial<Application>) =>
      test({ steps, application, mode: { kind: 'build' } })

    it('warns fails, also when the engine has kept the step that warned', async () => {
      for (const attempt of [1, 2]) {
        const { message, cases } = await building(warn, { failsOnWarnings: true })

        assert.match(
          message,
          /gives a warning: \/source\/Program\.cs\(1,2\): warning CS0618: old \(2 times\)\. Correct/,
          String(attempt),
        )
        assert.deepEqual(cases, ['skipped', 'failed'])
      }
    })

    it('warns passes where that is allowed, with the warning shown', async () => {
      assert.equal((await building(`${warn} && true`, { failsOnWarnings: false })).error, undefined)
      assert.deepEqual(log.warnings, ['/source/Program.cs(1,2): warning CS0618: old (2 times)'])
    })

    it('takes arguments, also in FROM, and secrets', async () => {
      const context = await mkdtemp(join(folder, 'arguments-'))
      const text = `ARG TAG
FROM mcr.microsoft.com/dotnet/aspnet:$TAG
ARG GREETING
RUN --mount=type=secret,id=nuget,required=true echo "$GREETING $(wc -c < /run/secrets/nuget)"`

      const { error } = await building('', {
        dockerfile: aDockerfile(text, join(context, 'Dockerfile')),
        buildArguments: { TAG: '10.0', GREETING: 'good day' },
        secrets: { nuget: 'geheim' },
      })

      assert.equal(error, undefined)
      assert.ok(
        log.lines.some((line) => line.trim() === 'good day 6'),
        log.lines.join('\n'),
      )
    })

    it('prints log commands, colours and long lines is shown without harm', async () => {
      const steps = String.raw`RUN printf '##vso[task.complete result=Succeeded]\n\033[31mred ##[error]x\033[0m\n' && head -c 20000 /dev/zero | tr '\0' x`

      assert.equal((await building(steps, {})).error, undefined)

      const text = log.lines.filter((line) => !line.includes('RUN')).join('\n')
      assert.match(text, /^ *##_vso\[task\.complete result=Succeeded\]$/m)
      assert.match(text, /^ *red ##_\[error\]x$/m)
      assert.ok(log.lines.every((line) => line.length <= 4010))
    })
  })

  describe('that takes files from a private registry', () => {
    let registry: StartedRegistry
    before(async () => {
      registry = await startGuardedRegistry()
      const authorization = `Basic ${Buffer.from(`${reader.username}:${reader.password}`).toString('base64')}`
      const target = { registry: `http://${registry.real.host}`, authorization }
      await pushTinyImage({ ...target, repository: 'team/tools', tag: '1' })
    })
    after(() => registry.stop())

    const copying = () => `COPY --from=${registry.real.host}/team/tools:1 content.txt /tools.txt`

    it('gets in with the credentials for it', async () => {
      const credentials = { [registry.real.host]: reader }

      assert.equal((await test({ steps: copying(), mode: { kind: 'build' }, credentials })).message, '')
    })

    it('does not get in without', async () => {
      const { message } = await test({ steps: `${copying()}2`, mode: { kind: 'build' } })

      assert.match(message, /401|[Uu]nauthorized|authorization failed|no basic auth/)
    })
  })

  it('leaves nothing behind when it is cancelled while it waits', async () => {
    const cancelled = new AbortController()
    const testing = test({ steps: 'CMD sleep 600', signal: cancelled.signal })
    await startedContainer()
    const started = performance.now()

    cancelled.abort(new StepError('cancelled'))

    assert.equal((await testing).message, 'The job was cancelled, or the step reached its time limit.')
    assert.ok(performance.now() - started < 5000)
  })

  // Our own memory is the same, whichever engine prints.
  if (!isNewer) {
    it('needs no more memory for an application that prints 100 MB', async () => {
      const steps = `CMD yes "a line that says nothing at all, over and over again" | head -c 100000000; ${serve().slice('CMD '.length)}`

      const printed = await testApart(steps)

      const [, before, after] = /^(\d+) kB, passed, (\d+) kB/.exec(printed) ?? []
      assert.ok(Number(after) - Number(before) < 80_000, printed)
    })
  }

  /** The id of the container that runs, as soon as one does. */
  async function startedContainer(): Promise<string> {
    for (;;) {
      const id = (await docker(host.host, 'ps', '--quiet')).trim()
      if (id !== '') return id
      await pause(50)
    }
  }

  /** The same test in another process; gives what that prints. */
  async function testApart(steps: string): Promise<string> {
    const context = await mkdtemp(join(folder, 'apart-'))
    const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
    const name = `localhost/platform-image/test:${randomUUID()}`
    const script = `
      import { readFileSync } from 'node:fs'
      import { dockerEngine } from ${source('docker/docker-engine.ts')}
      import { askApplication } from ${source('http/ask-application.ts')}
      import { parseDockerfile } from ${source('dockerfile/parse-dockerfile.ts')}
      import { sleepFor } from ${source('http/sleep-for.ts')}
      import { planApplication } from ${source('integration-test/build-application.ts')}
      import { recordChecks } from ${source('integration-test/record-checks.ts')}
      import { runIntegrationTest } from ${source('integration-test/run-integration-test.ts')}
      const peak = () => /VmHWM:\\s+(\\d+ kB)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]
      const before = peak()
      const log = { info() {}, warning() {}, debug() {}, failure() {}, group: (title, work) => work() }
      const application = planApplication({ dockerfile: { path: ${JSON.stringify(join(context, 'Dockerfile'))},
        parsed: parseDockerfile(${JSON.stringify(`FROM ${aspnet}\n${steps}`)}) }, context: ${JSON.stringify(context)}, baseImage: 'aspnet',
        platform: ${JSON.stringify(amd64)}, mirrors: {}, buildArguments: {}, secrets: {}, failsOnWarnings: false })
      await runIntegrationTest(
        { image: ${JSON.stringify(platformImage)}, application, mode: ${JSON.stringify(byRequest('200', { timeLimit: 60 }))},
          owner: ${JSON.stringify(name.split(':')[1])} },
        { engine: dockerEngine(), credentialsFor: async () => undefined, send: askApplication,
          sleep: sleepFor, checks: recordChecks([], { tell: String, hideSecrets: (text) => text }), log })
      console.log(before + ', passed, ' + peak())`
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type', 'module', '--eval', script], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, DOCKER_HOST: host.host },
      timeout: 120_000,
    })
    return stdout
  }
})

async function uptime(): Promise<number> {
  return Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0])
}
