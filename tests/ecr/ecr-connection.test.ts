import assert from 'node:assert/strict'
import sinon from 'sinon'
import type { AwsCredentials } from '../../src/aws/aws-credentials.ts'
import { outgoingAgent } from '../../src/http/outgoing-agent.ts'
import { formatRetry, type RetryOptions } from '../../src/http/retry.ts'
import { startServer } from '../support/loopback-server.ts'
import { startProxiedHost } from '../support/proxied-host.ts'
import { type EcrUnderTest, json, startEcrUnderTest } from './ecr-under-test.ts'
import { rejects, told as whatIsToldOf } from '../support/problems.ts'

describe('connectEcr', () => {
  let ecr: EcrUnderTest

  before(async () => {
    ecr = await startEcrUnderTest()
  })
  after(() => ecr.stop())
  afterEach(() => {
    sinon.restore()
  })

  /** The SDK waits a random part of a span that grows: none of it. */
  function waitNot(): void {
    sinon.stub(Math, 'random').returns(0)
  }

  /** A clock that only waiting moves, and what was waited and told. */
  function waitingRoom() {
    let now = 0
    const waits: number[] = []
    const told: string[] = []
    const retries: RetryOptions = {
      now: () => now,
      random: () => 1,
      sleep(milliseconds) {
        waits.push(milliseconds)
        now += milliseconds
        return Promise.resolve()
      },
      onRetry: (retry) => told.push(formatRetry(retry)),
    }
    return { retries, waits, told }
  }

  const badKeys: readonly (readonly [what: string, change: Partial<Extract<AwsCredentials, { kind: 'static' }>>])[] = [
    ['a wrong access key', { accessKeyId: 'AKIAWRONG' }],
    ['a wrong secret', { secretAccessKey: 'wrong-secret' }],
  ]
  for (const [what, change] of badKeys) {
    it(`names the input of ${what} at the first request, and shows nothing of it`, async () => {
      const credentials = { kind: 'static' as const, ...ecr.ecr.credentials, ...change }
      ecr.asked()

      await assert.rejects(ecr.open('platform/aspnet', { credentials }).list(), (error: Error) => {
        const said = whatIsToldOf(error)
        assert.match(said, /^Cannot list the tags of the repository platform\/aspnet in eu-west-1: /)
        assert.match(said, / Check the input "awsCredentials"/)
        assert.ok(![said, error.message].some((text) => text.includes('wrong-secret')))
        return true
      })
      assert.equal(ecr.asked().length, 1)
    })
  }

  const refusals: readonly (readonly [error: string, message: RegExp])[] = [
    [
      'AccessDeniedException',
      /: User: me is not authorized to perform: ecr:DescribeImages\. Allow ecr:DescribeImages in the policies/,
    ],
    ['ExpiredTokenException', /: the temporary credentials have expired \(ExpiredTokenException\)\. Renew/],
    ['InvalidParameterException', /: User: me is not authorized to perform: ecr:DescribeImages\.$/],
  ]
  for (const [error, message] of refusals) {
    it(`does not ask again after ${error}`, async () => {
      const failure = { error, message: 'User: me is not authorized to perform: ecr:DescribeImages' }
      ecr.ecr.inject({ operation: 'DescribeImages', failure })
      ecr.asked()

      await rejects(ecr.open('platform/aspnet').list(), { code: error, message, kind: 'refusal' })
      assert.equal(ecr.asked().length, 1)
    })
  }

  const troubles = [
    { error: 'ThrottlingException' },
    { error: 'TooManyRequestsException', status: 429 },
    { error: 'ServerException', status: 500 },
    'connection-reset',
  ] as const
  for (const failure of troubles) {
    const what = typeof failure === 'string' ? failure : failure.error
    it(`gets over ${what} that happens five times, and tells it`, async () => {
      waitNot()
      const name = await ecr.createRepository()
      for (let nth = 1; nth <= 5; nth++) ecr.ecr.inject({ operation: 'DescribeImages', nth, failure })
      const { retries, told } = waitingRoom()
      ecr.asked()

      assert.deepEqual((await ecr.open(name, { retries }).list())?.tags, new Map())
      assert.equal(ecr.asked().length, 6)
      assert.equal(told.length, 1)
      assert.match(told[0] ?? '', /^ECR in eu-west-1 gives no answer \(\w+\); asking again in 1 s$/)
    })
  }

  it('waits out an outage for two minutes, and then throws it as what may pass', async () => {
    waitNot()
    const { retries, waits } = waitingRoom()

    await ecr.answeredBy(
      () => json({ __type: 'ThrottlingException', message: 'Rate exceeded' }, 400),
      () =>
        rejects(ecr.open('platform/aspnet', { retries }).list(), {
          code: 'ThrottlingException',
          kind: 'outage',
        }),
    )

    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  it('goes through the proxy of the agent', async () => {
    const host = await startProxiedHost({ react: () => json({ imageDetails: [] }) })
    const httpsAgent = outgoingAgent({ proxyFor: () => host.proxyUrl, authorities: [host.authority] })
    process.env.AWS_ENDPOINT_URL_ECR = host.url
    try {
      const listing = await ecr.open('platform/aspnet', { httpsAgent }).list()

      assert.deepEqual(listing?.tags, new Map())
      assert.deepEqual(host.tunnels, [{ to: 'hooks.example:443', authorization: undefined }])
    } finally {
      process.env.AWS_ENDPOINT_URL_ECR = ecr.ecr.endpoint
      await host.stop()
    }
  })

  it('names the proxy that refuses', async () => {
    const host = await startProxiedHost({ proxyStatus: () => 403 })
    const httpsAgent = outgoingAgent({ proxyFor: () => host.proxyUrl, authorities: [] })
    process.env.AWS_ENDPOINT_URL_ECR = host.url
    try {
      await rejects(ecr.open('platform/aspnet', { httpsAgent }).list(), {
        code: 'PROXY_403',
        kind: 'refusal',
        message: /: the proxy on the way to ECR refuses \(PROXY_403\)\. Check the agent's proxy\.$/,
      })
    } finally {
      process.env.AWS_ENDPOINT_URL_ECR = ecr.ecr.endpoint
      await host.stop()
    }
  })

  it('says that something else answered', async () => {
    const html = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }

    await ecr.answeredBy(
      () => html,
      () =>
        rejects(ecr.open('platform/aspnet').list(), {
          message: /: the response is not from ECR \(not JSON\)\./,
          kind: 'refusal',
        }),
    )
  })

  it('takes a port where nobody listens for an outage', async () => {
    waitNot()
    const server = await startServer(() => 'silence')
    await server.stop()
    process.env.AWS_ENDPOINT_URL_ECR = server.url
    const repository = ecr.open('platform/aspnet')

    await rejects(repository.list(), { code: 'ECONNREFUSED', kind: 'outage' })
    process.env.AWS_ENDPOINT_URL_ECR = ecr.ecr.endpoint
  })

  describe('when the job is cancelled', () => {
    const cancelled = new Error('The job was cancelled.')

    it('sends nothing', async () => {
      const signal = AbortSignal.abort(cancelled)
      ecr.asked()

      await assert.rejects(ecr.open('platform/aspnet', { signal }).list(), cancelled)
      assert.deepEqual(ecr.asked(), [])
    })

    it('ends a request that is not answered', async () => {
      const controller = new AbortController()
      const cancel = () => {
        controller.abort(cancelled)
        return 'silence' as const
      }

      await ecr.answeredBy(cancel, () =>
        assert.rejects(ecr.open('platform/aspnet', { signal: controller.signal }).list(), cancelled),
      )
    })

    it('ends the wait for the next attempt', async () => {
      sinon.stub(Math, 'random').returns(0.99)
      const controller = new AbortController()
      let requests = 0
      const answer = () => {
        requests += 1
        if (requests === 2) {
          setTimeout(() => {
            controller.abort(cancelled)
          }, 50)
        }
        return json({ __type: 'ThrottlingException' }, 400)
      }

      await ecr.answeredBy(answer, () =>
        assert.rejects(ecr.open('platform/aspnet', { signal: controller.signal }).list(), cancelled),
      )

      assert.equal(requests, 2)
    })
  })
})
