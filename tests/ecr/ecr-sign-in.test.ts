import assert from 'node:assert/strict'
import { ecrCredentials } from '../../src/ecr/ecr-sign-in.ts'
import { type EcrUnderTest, json, startEcrUnderTest } from './ecr-under-test.ts'
import { rejects } from '../support/problems.ts'

const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'

describe('ecrCredentials', () => {
  let ecr: EcrUnderTest
  let masked: string[]

  before(async () => {
    ecr = await startEcrUnderTest()
  })
  beforeEach(() => {
    masked = []
    ecr.asked()
  })
  after(() => ecr.stop())

  const source = () =>
    ecrCredentials({ credentials: { kind: 'static', ...ecr.ecr.credentials } }, (secret) => masked.push(secret))

  it('gives what opens the registry, and hides it first', async () => {
    const name = await ecr.createRepository()
    await ecr.push(name, '1.0')

    const found = await source()(registry)

    const proof = Buffer.from(`${found?.username ?? ''}:${found?.password ?? ''}`).toString('base64')
    const manifest = await fetch(`${ecr.ecr.endpoint}/v2/${name}/manifests/1.0`, {
      headers: { authorization: `Basic ${proof}` },
    })
    assert.equal(manifest.status, 200)
    assert.deepEqual(masked, [proof, found?.password])
  })

  it('signs in once for all registries of a region', async () => {
    const find = source()

    const found = await Promise.all([find(registry), find(registry.replace('123', '999')), find(registry)])

    assert.equal(new Set(found.map((credentials) => credentials?.password)).size, 1)
    assert.deepEqual(ecr.asked(), ['GetAuthorizationToken'])
  })

  it('has nothing for another registry, and asks nobody', async () => {
    assert.equal(await source()('mcr.microsoft.com'), undefined)
    assert.deepEqual(ecr.asked(), [])
  })

  it('throws where AWS gives no token', async () => {
    const answers = [
      [
        json({ authorizationData: [] }),
        "Cannot sign in to ECR in eu-west-1: the answer holds no authorization token. Check the agent's network for a proxy in between.",
      ],
      [
        json({ __type: 'AccessDeniedException', message: 'not authorized to perform: ecr:GetAuthorizationToken' }, 400),
        'Cannot sign in to ECR in eu-west-1: not authorized to perform: ecr:GetAuthorizationToken. Allow ecr:GetAuthorizationToken in the policies of that role or user.',
      ],
    ] as const
    for (const [answer, message] of answers) {
      await ecr.answeredBy(
        () => answer,
        () => rejects(source()(registry), { name: 'EcrError', message }),
      )
    }
  })
})
