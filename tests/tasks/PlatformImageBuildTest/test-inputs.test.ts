import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlannedTest } from '../../../src/build-and-test/build-and-test.ts'
import { buildTestTask } from '../../../tasks/PlatformImageBuildTest/form.ts'
import { readTestInputs } from '../../../tasks/PlatformImageBuildTest/test-inputs.ts'
import { type CapturedLog, capturedLog } from '../../support/captured-log.ts'
import { mapInputs } from '../../support/map-inputs.ts'
import { defaultInputs } from '../../support/task-sources.ts'
import { rejects } from '../../support/problems.ts'
import { aDockerfile } from '../../support/builders.ts'

const text = `FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN --mount=type=secret,id=nuget --mount=type=secret,id=npm.token true`

describe('readTestInputs', () => {
  let root: string
  let masked: string[]
  let log: CapturedLog
  const readAll = (values: Record<string, string>) => {
    masked = []
    const form = { ...defaultInputs('PlatformImageBuildTest'), ...values }
    log = capturedLog()
    const inputs = mapInputs(buildTestTask.inputs, form, (secret) => masked.push(secret))
    return readTestInputs({ inputs, log, variable: () => undefined })
  }
  const read = async (values: Record<string, string> = {}): Promise<PlannedTest> => {
    const test = await readAll({ testDockerfile: join(root, 'app', 'Dockerfile'), ...values })
    assert.ok(test)
    return test
  }

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'test-inputs-'))
    await mkdir(join(root, 'app'))
    await writeFile(join(root, 'app', 'Dockerfile'), text)
  })
  after(() => rm(root, { recursive: true }))

  it('fills in what may be left out', async () => {
    const { application, mode } = await read()

    assert.deepEqual(application, {
      context: join(root, 'app'),
      dockerfile: aDockerfile(text, join(root, 'app', 'Dockerfile')),
      buildArguments: {},
      secrets: {},
      failsOnWarnings: true,
    })
    assert.deepEqual(mode, {
      kind: 'request',
      environment: {},
      timeLimit: 60,
      port: 8080,
      request: { method: 'GET', path: '/', headers: {}, expectedStatus: [{ from: 200, to: 200 }] },
    })
  })

  it('reads the request of the article', async () => {
    const { application, mode } = await read({
      testContextPath: root,
      testBaseImage: 'runtime:6.0-bullseye-slim',
      requestMethod: 'post',
      requestPath: '/MyService',
      requestHeaders: 'accept: application/json\r\n\nContent-Type:application/json-patch+json ',
      requestBody: '{ "data": "string", "color": "Red"}',
    })

    assert.equal(application.context, root)
    assert.equal(application.baseImage, 'runtime:6.0-bullseye-slim')
    assert.deepEqual(mode.kind === 'request' && mode.request, {
      method: 'POST',
      path: '/MyService',
      headers: { accept: 'application/json', 'Content-Type': 'application/json-patch+json' },
      body: '{ "data": "string", "color": "Red"}',
      expectedStatus: [{ from: 200, to: 200 }],
    })
  })

  it('reads all that there is', async () => {
    const { application, mode } = await read({
      testBuildArguments: 'TAG=9.0\n\nEMPTY=\nURL=https://a/?b=c d',
      testBuildSecrets: 'nuget=ge=heim\nnpm.token=wxyz',
      failOnTestBuildWarnings: 'false',
      containerEnvironment: 'Logging__LogLevel=Debug\nConnectionStrings:Default=Server=a; Database=b\nEMPTY=',
      containerPort: '5000',
      expectedStatus: '200-299, 404',
      startupTimeoutSeconds: '3600',
      requestPath: '/health?full=true&q=a b',
    })

    assert.deepEqual(application.buildArguments, { TAG: '9.0', EMPTY: '', URL: 'https://a/?b=c d' })
    assert.deepEqual(application.secrets, { nuget: 'ge=heim', 'npm.token': 'wxyz' })
    assert.ok(['ge=heim', 'wxyz'].every((secret) => masked.includes(secret)))
    assert.equal(application.failsOnWarnings, false)
    assert.ok(mode.kind === 'request')
    assert.deepEqual(mode.environment, {
      Logging__LogLevel: 'Debug',
      'ConnectionStrings:Default': 'Server=a; Database=b',
      EMPTY: '',
    })
    assert.deepEqual([mode.port, mode.timeLimit, mode.request.path], [5000, 3600, '/health?full=true&q=a b'])
    assert.deepEqual(mode.request.expectedStatus, [
      { from: 200, to: 299 },
      { from: 404, to: 404 },
    ])
  })

  it('reads nothing about a request where there is none', async () => {
    const bad = { requestMethod: 'FETCH', requestPath: 'x', expectedStatus: 'x', containerPort: 'x' }

    assert.deepEqual((await read({ ...bad, testMode: 'exitcode', containerEnvironment: 'A=b' })).mode, {
      kind: 'exitCode',
      environment: { A: 'b' },
      timeLimit: 60,
    })
    assert.deepEqual((await read({ ...bad, testMode: 'build', startupTimeoutSeconds: 'x' })).mode, { kind: 'build' })
  })

  it('keeps the line ends of a body', async () => {
    const requestBody = '--a\r\n\r\nx\r\n--a--\r\n'

    const { mode } = await read({ requestBody })

    assert.equal(mode.kind === 'request' && mode.request.body, requestBody)
  })

  it('plans no test without a Dockerfile of an application', async () => {
    assert.equal(await readAll({ testMode: 'nonsense' }), undefined)
  })

  const refused: readonly (readonly [input: string, values: Record<string, string>, message: RegExp])[] = [
    ['testDockerfile', { testDockerfile: '/does-not-exist' }, /names \/does-not-exist, which is not a file/],
    ['testContextPath', { testContextPath: '/does-not-exist' }, /names \/does-not-exist, which is not a folder/],
    [
      'testBuildArguments',
      { testBuildArguments: 'A=b\n\nno argument' },
      /Line 3 of the input "\w+" is not a build argument: "no argument"\. Write it as NAME=value\.$/,
    ],
    ['testBuildArguments', { testBuildArguments: 'A-B=c' }, /Line 1 of the input "\w+" is not a/],
    ['testBuildSecrets', { testBuildSecrets: 'geheim' }, /^Line 1((?!geheim).)*id=\$\(secretVariable\)/],
    ['testBuildSecrets', { testBuildSecrets: 'a=geheim\nnuget=' }, /Line 2 of the input "\w+" is not a secret/],
    ['testBuildSecrets', { testBuildSecrets: 'a b=geheim' }, /^((?!geheim).)*$/],
    ['testMode', { testMode: 'luck' }, /is "luck"/],
    ['containerEnvironment', { containerEnvironment: 'A B=c' }, /Line 1 of the input "\w+" is not a/],
    ['containerEnvironment', { containerEnvironment: '=c' }, /Line 1 of the input "\w+" is not a/],
    ['containerPort', { containerPort: '65536' }, /is "65536"\. Give a whole number from 1 to 65535/],
    ['containerPort', { containerPort: '80.5' }, /whole number/],
    ['containerPort', { containerPort: '8080/tcp' }, /whole number/],
    ['startupTimeoutSeconds', { startupTimeoutSeconds: '0' }, /from 1 to 3600/],
    ['requestMethod', { requestMethod: 'FETCH' }, /is "FETCH"/],
    ['requestPath', { requestPath: 'health' }, /Start it with one slash/],
    ['requestPath', { requestPath: '//evil.example/' }, /Start it with one slash/],
    ['requestPath', { requestPath: String.raw`/\evil.example/` }, /Start it with one slash/],
    [
      'requestHeaders',
      { requestHeaders: 'accept: x\nno header' },
      /Line 2 of the input "\w+" is not a header\. Write it as Name: value\.$/,
    ],
    [
      'requestHeaders',
      { requestHeaders: 'a: b\nx(y): z' },
      /Line 2 of the input "\w+" has the header "x\(y\)", which cannot be sent/,
    ],
    [
      'requestHeaders',
      { requestHeaders: 'authorization: gehe\u0001im' },
      /^Line 1((?!geheim).)*header "authorization"/,
    ],
    ['requestHeaders', { requestHeaders: 'x: \u{1F600}' }, /^Line 1 .* has the header "x", which cannot be sent/],
    [
      'requestHeaders',
      { requestHeaders: 'Accept: a\naccept: b' },
      /^Line 2 of .* names accept again\. Remove one of the two/,
    ],
    ['expectedStatus', { expectedStatus: '2xx' }, /is "2xx"\. Give statuses from 200 to 599/],
  ]
  for (const [input, values, message] of refused) {
    it(`refuses ${JSON.stringify(values)}`, async () => {
      await rejects(read(values), { name: 'InvalidInput', field: input, message })
    })
  }
})
