import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildRecord, parseBuildRecord, serializeBuildRecord } from '../../../src/model/build-record.ts'
import { parsePlatform } from '../../../src/model/platform.ts'
import { type BuildTestContext, buildTestTask } from '../../../tasks/PlatformImageBuildTest/form.ts'
import { readBuildTestInputs } from '../../../tasks/PlatformImageBuildTest/inputs.ts'
import { aDockerfile, aRecord } from '../../support/builders.ts'
import { capturedLog } from '../../support/captured-log.ts'
import { mapInputs } from '../../support/map-inputs.ts'
import { defaultInputs } from '../../support/task-sources.ts'
import { rejects } from '../../support/problems.ts'

const text = 'FROM a\nRUN --mount=type=secret,id=nuget --mount=type=secret,id=feed.token true'

describe('readBuildTestInputs', () => {
  let root: string
  let masked: string[]
  /** The form as it is where only these fields were touched. */
  function readForm(values: Readonly<Record<string, string>>, ports: Partial<BuildTestContext>) {
    const form = { ...defaultInputs('PlatformImageBuildTest'), contextPath: join(root, 'image'), ...values }
    const inputs = mapInputs(buildTestTask.inputs, form, ports.mask)
    return readBuildTestInputs({
      inputs,
      log: capturedLog(),
      variable: () => undefined,
      holdsSecret: () => false,
      ...ports,
    } as BuildTestContext)
  }
  const read = (values: Record<string, string> = {}) => {
    masked = []
    const form = {
      buildRecord: serializeBuildRecord(aRecord()),
      testDockerfile: join(root, 'app', 'Dockerfile'),
      ...values,
    }
    return readForm(form, { mask: (secret) => masked.push(secret) })
  }
  /** Without the record of a check. */
  const readUnchecked = async (values: Record<string, string> = {}) => {
    const variable = (name: string) => (name === 'PlatformImage.RegistryMirrors' ? 'a.io=m.example' : undefined)
    const build = await readForm(values, { variable })
    assert.ok(build.planned.kind === 'unchecked')
    return build.planned.build
  }

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'build-test-inputs-'))
    for (const folder of ['image', 'app']) {
      await mkdir(join(root, folder))
      await writeFile(join(root, folder, 'Dockerfile'), text)
    }
  })
  after(() => rm(root, { recursive: true }))

  it('fills in what may be left out', async () => {
    assert.deepEqual(await read(), {
      planned: { kind: 'checked', record: aRecord() },
      context: join(root, 'image'),
      dockerfile: aDockerfile(text, join(root, 'image', 'Dockerfile')),
      buildArguments: {},
      secrets: {},
      labels: {},
      layerCache: 'auto',
      archive: undefined,
      test: {
        application: {
          context: join(root, 'app'),
          dockerfile: aDockerfile(text, join(root, 'app', 'Dockerfile')),
          buildArguments: {},
          secrets: {},
          failsOnWarnings: true,
        },
        mode: {
          kind: 'request',
          environment: {},
          timeLimit: 60,
          port: 8080,
          request: { method: 'GET', path: '/', headers: {}, expectedStatus: [{ from: 200, to: 200 }] },
        },
      },
    })
  })

  it('plans no test without a Dockerfile of an application', async () => {
    const { test } = await readForm({ buildRecord: serializeBuildRecord(aRecord()) }, {})

    assert.equal(test, undefined)
  })

  it('takes what the form adds to the record', async () => {
    const build = await read({
      buildArguments: 'COMMIT=abc=def\n\nEMPTY=',
      labels: 'org.example/team=platform & co',
      layerCache: 'ignore',
    })

    assert.deepEqual(build.buildArguments, { COMMIT: 'abc=def', EMPTY: '' })
    assert.deepEqual(build.labels, { 'org.example/team': 'platform & co' })
    assert.equal(build.layerCache, 'ignore')
  })

  it('hides build secrets in the log, in the forms in which they may be printed', async () => {
    const build = await read({ buildSecrets: 'nuget=p%ss w=rd!\n feed.token=ghij' })

    assert.deepEqual(build.secrets, { nuget: 'p%ss w=rd!', 'feed.token': 'ghij' })
    assert.ok(['p%ss w=rd!', encodeURIComponent('p%ss w=rd!'), 'ghij'].every((form) => masked.includes(form)))
    assert.ok(masked.some((form) => Buffer.from('user:p%ss w=rd!').toString('base64').includes(form)))
  })

  it('refuses a secret so short that hiding it would hide half the log, and shows nothing of it', async () => {
    await rejects(read({ buildSecrets: 'feed=geheim\nnuget=xyz' }), {
      name: 'InvalidInput',
      message: /Line 2 of the input "buildSecrets" has a secret of less than 4 characters(?!.*xyz)/,
    })
    assert.ok(!masked.includes('xyz'))
  })

  it('hides a secret also where its line is no good', async () => {
    await assert.rejects(read({ buildSecrets: 'n u get=geheim' }), (error: Error) => !error.message.includes('geheim'))

    assert.ok(masked.includes('geheim'))
  })

  it('takes what the record says as well', async () => {
    const record = aRecord({
      platform: parsePlatform('linux/arm64'),
      target: 'final',
      mirrors: { 'a.io': 'm.example', 'b.io': 'n.example' },
      buildArguments: { A: '1' },
    })

    const build = await read({
      buildRecord: serializeBuildRecord(record),
      platform: 'linux/arm64/v8',
      target: 'final',
      registryMirrors: 'b.io=n.example, a.io=m.example',
      buildArguments: 'A=1',
      repositoryName: 'platform/aspnet',
      tagPrefix: '10.0-noble',
    })

    assert.ok(build.planned.kind === 'checked')
    assert.deepEqual(build.planned.record, parseBuildRecord(serializeBuildRecord(record)))
  })

  it('takes the Dockerfile of the check where none is given, also beside a record that names none', async () => {
    await writeFile(join(root, 'image', 'Other.Dockerfile'), 'FROM other')
    const checked = serializeBuildRecord(aRecord({ dockerfile: 'Other.Dockerfile' }))

    assert.equal((await read({ buildRecord: checked })).dockerfile.text, 'FROM other')
    assert.equal((await read({ buildRecord: checked, dockerfile: './Other.Dockerfile' })).dockerfile.text, 'FROM other')
    assert.equal((await read({ dockerfile: 'Other.Dockerfile' })).dockerfile.text, 'FROM other')
    await rejects(read({ buildRecord: checked, dockerfile: 'Dockerfile' }), {
      name: 'InvalidInput',
      message:
        /^The input "dockerfile" says Dockerfile, but the record of the check says Other\.Dockerfile\. Leave it out/,
    })
    await rejects(read({ buildRecord: serializeBuildRecord(aRecord({ dockerfile: '/elsewhere/Dockerfile' })) }), {
      message: /^The input "buildRecord" names \/elsewhere\/Dockerfile, which is not a file/,
    })
  })

  it('plans by the form alone where nothing was checked', async () => {
    assert.deepEqual(await readUnchecked({ repositoryName: 'platform/aspnet', tagPrefix: '10.0-noble', target: 'a' }), {
      releaseLine: { repositoryName: 'platform/aspnet', tagPrefix: '10.0-noble' },
      dockerfile: aDockerfile(text, join(root, 'image', 'Dockerfile')),
      platform: { os: 'linux', architecture: 'amd64' },
      target: 'a',
      buildArguments: {},
      mirrors: { 'a.io': 'm.example' },
    })
  })

  it('plans for no release line where none is named, and on the mirrors that are', async () => {
    const build = await readUnchecked({ platform: 'linux/arm64', registryMirrors: 'b.io=n.example' })

    assert.equal(build.releaseLine, undefined)
    assert.equal(build.platform.architecture, 'arm64')
    assert.deepEqual(build.mirrors, { 'b.io': 'n.example' })
  })

  it('wants a release line whole', async () => {
    await rejects(readUnchecked({ repositoryName: 'platform' }), { name: 'InvalidInput', field: 'tagPrefix' })
    await rejects(readUnchecked({ tagPrefix: 'a' }), { name: 'InvalidInput', field: 'repositoryName' })
  })

  const elsewhere = (overrides: Partial<BuildRecord>) => ({ buildRecord: serializeBuildRecord(aRecord(overrides)) })
  const refused: readonly (readonly [input: string, values: Record<string, string>, message: RegExp])[] = [
    ['buildRecord', { buildRecord: '{}' }, /is not a build record\. Give the output "buildRecord"/],
    [
      'repositoryName',
      { repositoryName: 'other' },
      /says other, but the record of the check says platform\/aspnet\. Leave/,
    ],
    ['tagPrefix', { tagPrefix: '8.0' }, /says 8\.0, but the record of the check says 10\.0-noble/],
    ['target', { target: 'test' }, /says test, but the record of the check says no target/],
    ['target', { target: 'test', ...elsewhere({ target: 'final' }) }, /says test, but .* says final/],
    ['platform', { platform: 'linux/arm64' }, /says linux\/arm64\/v8, but .* says linux\/amd64/],
    ['platform', { platform: 'amd64' }, /is not a platform/],
    ['registryMirrors', { registryMirrors: 'a.io=m.example' }, /says a\.io=m\.example, but .* says no mirrors/],
    ['registryMirrors', { registryMirrors: 'a.io' }, /has a line that begins "a\.io"/],
    [
      'buildArguments',
      { buildArguments: 'A=2', ...elsewhere({ buildArguments: { A: '1' } }) },
      /says A=2, but .* says A=1/,
    ],
    [
      'buildArguments',
      { buildArguments: 'A=1\n\nB' },
      /Line 3 of the input "\w+" is not a build argument: "B"\. Write it as NAME=value/,
    ],
    [
      'buildSecrets',
      { buildSecrets: 'a=geheim\nno-secret' },
      /Line 2 of the input "\w+" is not a secret\. Write it as id=\$\(secretVariable\)/,
    ],
    ['buildSecrets', { buildSecrets: 'a=' }, /^Line 1 of .* is not a secret/],
    ['labels', { labels: 'a' }, /Line 1 of the input "\w+" is not a label: "a"\. Write it as name=value/],
    ['labels', { labels: 'platform-image.line=x' }, /gives platform-image\.line, which the build record writes itself/],
    [
      'labels',
      { labels: 'a=1\norg.opencontainers.image.base.digest=x' },
      /gives org\.opencontainers\.image\.base\.digest/,
    ],
    ['layerCache', { layerCache: 'maybe' }, /Give one of auto, use, ignore/],
    ['contextPath', { contextPath: '/does-not-exist' }, /is not a folder/],
    ['dockerfile', { dockerfile: 'missing' }, /is not a file/],
    ['testDockerfile', { testDockerfile: '/does-not-exist' }, /is not a file/],
  ]
  for (const [input, values, message] of refused) {
    it(`refuses ${JSON.stringify(values)}`, async () => {
      await rejects(read(values), { name: 'InvalidInput', field: input, message })
    })
  }
})
