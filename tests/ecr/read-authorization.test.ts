import assert from 'node:assert/strict'
import { connectEcr } from '../../src/ecr/ecr-connection.ts'
import { readAuthorization } from '../../src/ecr/read-authorization.ts'
import { type EcrUnderTest, json, startEcrUnderTest } from './ecr-under-test.ts'
import { rejects } from '../support/problems.ts'

describe('readAuthorization', () => {
  let ecr: EcrUnderTest

  before(async () => {
    ecr = await startEcrUnderTest()
  })
  after(() => ecr.stop())

  function read(mask: (secret: string) => void = () => undefined) {
    const address = { repositoryName: 'any', region: ecr.ecr.region }
    return readAuthorization(connectEcr(address, { credentials: { kind: 'static', ...ecr.ecr.credentials } }), mask)
  }

  it('gives an address and credentials that open it', async () => {
    const { endpoint, credentials } = await read()

    const authorization = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
    const answer = await fetch(`${endpoint}/v2/`, { headers: { authorization: `Basic ${authorization}` } })
    assert.equal(answer.status, 200)
  })

  it('masks the token and the password', async () => {
    const masked: string[] = []

    const { credentials } = await read((secret) => masked.push(secret))

    const token = Buffer.from(`AWS:${credentials.password}`).toString('base64')
    assert.deepEqual(masked, [token, credentials.password])
  })

  it('splits at the first colon', async () => {
    const authorizationToken = Buffer.from('AWS:a:b:c').toString('base64')
    const answer = () => json({ authorizationData: [{ authorizationToken, proxyEndpoint: 'https://host' }] })

    assert.deepEqual(await ecr.answeredBy(answer, () => read()), {
      endpoint: 'https://host',
      credentials: { username: 'AWS', password: 'a:b:c' },
    })
  })

  for (const data of [[], [{}], [{ authorizationToken: 'no token' }]]) {
    it(`takes ${JSON.stringify(data)} for no token`, async () => {
      const answer = () => json({ authorizationData: data })

      await rejects(
        ecr.answeredBy(answer, () => read()),
        {
          fault: { what: 'no-token' },
          message: /^Cannot sign in to ECR in eu-west-1: the answer holds no authorization token\./,
        },
      )
    })
  }
})
