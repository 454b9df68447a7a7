import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { baseCredentials } from '../../tasks/base-registry.ts'
import { type EcrUnderTest, startEcrUnderTest } from '../ecr/ecr-under-test.ts'
import { capturedLog } from '../support/captured-log.ts'

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
    const context: Partial<TaskContext> = {
      connection: (input) => connections[input as keyof Connections],
      mask: () => undefined,
      log: capturedLog(),
      signal: new AbortController().signal,
    }
    return (await baseCredentials(context as TaskContext)(registry))?.username
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
