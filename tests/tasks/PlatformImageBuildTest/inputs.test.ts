import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serializeBuildRecord } from '../../../src/model/build-record.ts'
import { readBuildTestInputs } from '../../../tasks/PlatformImageBuildTest/inputs.ts'
import { aRecord } from '../../support/builders.ts'
import { mapInputs } from '../../support/map-inputs.ts'

describe('readBuildTestInputs', () => {
  let root: string
  const read = (values: Record<string, string> = {}) =>
    readBuildTestInputs(
      mapInputs({
        buildRecord: serializeBuildRecord(aRecord()),
        contextPath: join(root, 'image'),
        testDockerfile: join(root, 'app', 'Dockerfile'),
        containerPort: '8080',
        requestMethod: 'get',
        requestPath: '/',
        expectedStatus: '200',
        startupTimeoutSeconds: '60',
        ...values,
      }),
    )

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'build-test-inputs-'))
    for (const folder of ['image', 'app']) {
      await mkdir(join(root, folder))
      await writeFile(join(root, folder, 'Dockerfile'), 'FROM a')
    }
  })
  after(() => rm(root, { recursive: true }))

  it('fills in what may be left out', async () => {
    assert.deepEqual(await read(), {
      record: aRecord(),
      folder: join(root, 'image'),
      dockerfile: { path: join(root, 'image', 'Dockerfile'), text: 'FROM a' },
      test: {
        context: join(root, 'app'),
        dockerfile: { path: join(root, 'app', 'Dockerfile'), text: 'FROM a' },
        baseImage: 'mcr.microsoft.com/dotnet/aspnet:10.0',
        containerPort: 8080,
        request: { method: 'GET', path: '/', headers: {}, expectedStatus: 200, timeLimit: 60 },
      },
    })
  })

  it('reads the request of the article', async () => {
    const { test } = await read({
      requestMethod: 'POST',
      requestPath: '/MyService',
      requestHeaders: 'accept: application/json\r\n\nContent-Type:application/json-patch+json ',
      requestBody: '{ "data": "string", "color": "Red"}',
      testBaseImage: 'runtime:6.0-bullseye-slim',
    })

    assert.equal(test?.baseImage, 'runtime:6.0-bullseye-slim')
    assert.deepEqual(test.request, {
      method: 'POST',
      path: '/MyService',
      headers: { accept: 'application/json', 'Content-Type': 'application/json-patch+json' },
      body: '{ "data": "string", "color": "Red"}',
      expectedStatus: 200,
      timeLimit: 60,
    })
  })

  it('plans no test without a Dockerfile of an application', async () => {
    const inputs = mapInputs({ buildRecord: serializeBuildRecord(aRecord()), contextPath: join(root, 'image') })

    assert.equal((await readBuildTestInputs(inputs)).test, undefined)
  })

  const refused: readonly (readonly [input: string, values: Record<string, string>, message: RegExp])[] = [
    ['buildRecord', { buildRecord: '{}' }, /is not a build record\. Give the output "buildRecord"/],
    ['contextPath', { contextPath: '/does-not-exist' }, /is not a folder/],
    ['dockerfile', { dockerfile: 'missing' }, /is not a file/],
    ['testDockerfile', { testDockerfile: '/does-not-exist' }, /is not a file/],
    ['testContextPath', { testContextPath: '/does-not-exist' }, /is not a folder/],
    ['containerPort', { containerPort: '65536' }, /is "65536"\. Give a whole number from 1 to 65535/],
    ['containerPort', { containerPort: '80.5' }, /whole number/],
    ['expectedStatus', { expectedStatus: '2xx' }, /from 100 to 599/],
    ['startupTimeoutSeconds', { startupTimeoutSeconds: '0' }, /from 1 to 3600/],
    ['requestPath', { requestPath: 'health' }, /Start it with a slash/],
    ['requestPath', { requestPath: '//evil.example/' }, /Start it with a slash/],
    ['requestHeaders', { requestHeaders: 'accept: x\nno header' }, /has a line 2 that is no header: "no header"/],
  ]
  for (const [input, values, message] of refused) {
    it(`refuses ${JSON.stringify(values)}`, async () => {
      await assert.rejects(read(values), { name: 'InputError', input, message })
    })
  }
})
