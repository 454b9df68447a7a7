import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { awsAccess } from '../../tasks/aws-access.ts'
import { baseInputs } from '../../tasks/base-inputs.ts'
import { baseCredentials, readMirrors } from '../../tasks/base-registry.ts'
import { type EcrUnderTest, startEcrUnderTest } from '../ecr/ecr-under-test.ts'
import { capturedLog } from '../support/captured-log.ts'
import { mapInputs } from '../support/map-inputs.ts'
import { throws } from '../support/problems.ts'

const ecrRegistry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const privateRegistry = 'registry.example'

describe('baseCredentials', () => {
  let ecr: EcrUnderTest
  let dockerConfig: string
  const previous = process.env.DOCKER_CONFIG

  before(async () => {
    ecr = await startEcrUnderTest()
    dockerConfig = await mkdtemp(join(tmpdir(), 'docker-config-'))
    const auth = Buffer.from('docker:from-docker').toString('base64')
    const auths = { [ecrRegistry]: { auth }, [privateRegistry]: { auth } }
    await writeFile(join(dockerConfig, 'config.json'), JSON.stringify({ auths }))
    process.env.DOCKER_CONFIG = dockerConfig
  })
  after(async () => {
    if (previous === undefined) delete process.env.DOCKER_CONFIG
    else process.env.DOCKER_CONFIG = previous
    await rm(dockerConfig, { recursive: true })
    await ecr.stop()
  })

  type Connections = Partial<Record<'baseRegistryConnection' | 'awsCredentials', Record<string, string>>>

  const usernameFor = async (registry: string, connections: Connections) => {
    const context = {
      inputs: mapInputs(baseInputs, connections),
      variable: () => undefined,
      secretVariable: () => undefined,
      jobToken: () => undefined,
      mask: () => undefined,
      log: capturedLog(),
      signal: new AbortController().signal,
    }
    return (await baseCredentials(context, awsAccess(context))(registry))?.username
  }
  const aws = () => {
    const { accessKeyId, secretAccessKey } = ecr.ecr.credentials
    return { username: accessKeyId, password: secretAccessKey }
  }
  const chosen = (registry: string) => ({ registry, username: 'connection', password: 'secret' })

  it("takes Docker's own configuration where the form names nothing", async () => {
    assert.equal(await usernameFor(privateRegistry, {}), 'docker')
    assert.equal(await usernameFor(ecrRegistry, {}), 'docker')
    assert.equal(await usernameFor('mcr.microsoft.com', {}), undefined)
  })

  it('reads images in ECR with the AWS connection, and no others', async () => {
    assert.equal(await usernameFor(ecrRegistry, { awsCredentials: aws() }), 'AWS')
    assert.equal(await usernameFor(privateRegistry, { awsCredentials: aws() }), 'docker')
  })

  it('prefers the connection that was chosen for the registry', async () => {
    const connections = { baseRegistryConnection: chosen(ecrRegistry), awsCredentials: aws() }

    assert.equal(await usernameFor(ecrRegistry, connections), 'connection')
  })

  it("falls back to the agent's own AWS credentials for an image in ECR", async () => {
    const other = ecrRegistry.replace('123', '999')
    const { accessKeyId, secretAccessKey } = ecr.ecr.credentials
    const before = { ...process.env }
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey })
    try {
      assert.equal(await usernameFor(other, {}), 'AWS')
    } finally {
      process.env = before
    }
  })
})

describe('readMirrors', () => {
  const read = (registryMirrors?: string, ofProject?: string) =>
    readMirrors({
      inputs: mapInputs(baseInputs, { registryMirrors }),
      variable: (name) => (name === 'PlatformImage.RegistryMirrors' ? ofProject : undefined),
    })

  it('reads the input before the variable of the project', () => {
    assert.deepEqual(read('x.io=y.io', 'a.io=b.io'), { 'x.io': 'y.io' })
  })

  it('reads the variable where the input is empty', () => {
    assert.deepEqual(read(undefined, 'a.io=b.io,c.io=d.io'), { 'a.io': 'b.io', 'c.io': 'd.io' })
  })

  it('has none where neither is set', () => {
    assert.deepEqual(read(), {})
  })

  it('names the input where either is wrong', () => {
    for (const given of [['a.io'], [undefined, 'a.io']]) {
      throws(() => read(...given), { name: 'InvalidInput', field: 'registryMirrors' })
    }
  })
})
