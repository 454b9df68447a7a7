import assert from 'node:assert/strict'
import { fake, useFakeTimers } from 'sinon'
import { httpClient } from '../../src/http/http-client.ts'
import { type TestRequest, tryRequest } from '../../src/integration-test/try-request.ts'
import { fakeContainer } from '../support/fake-container.ts'
import { type LoopbackServer, type Reaction, startServer } from '../support/loopback-server.ts'

describe('tryRequest', () => {
  let server: LoopbackServer | undefined
  const send = httpClient()

  const aRequest = (overrides: Partial<TestRequest> = {}): TestRequest => ({
    method: 'GET',
    path: '/health',
    headers: {},
    expectedStatus: 200,
    timeLimit: 8,
    ...overrides,
  })

  /** An application that gives these answers one after the other, the last one for ever. */
  async function startApplication(...reactions: Reaction[]): Promise<LoopbackServer> {
    let next = 0
    server = await startServer(() => reactions[Math.min(next++, reactions.length - 1)] ?? 'reset')
    return server
  }

  afterEach(async () => {
    await server?.stop()
    server = undefined
  })

  it('gives the seconds until the application answered as expected', async () => {
    const { url } = await startApplication({ status: 200 })

    const seconds = await tryRequest(fakeContainer(url), aRequest(), { send })

    assert.ok(seconds >= 0 && seconds < 5, String(seconds))
  })

  it('waits while the application warms up', async () => {
    const { url, requests } = await startApplication('reset', 'reset', { status: 503 }, { status: 200 })

    await tryRequest(fakeContainer(url), aRequest(), { send })

    assert.equal(requests.length, 4)
  })

  it('sends the request as it is given', async () => {
    const { url, requests } = await startApplication({ status: 201 })
    const request = aRequest({
      method: 'POST',
      path: '/MyService?x=1',
      headers: { 'content-type': 'application/json-patch+json' },
      body: '{ "data": "string"}',
      expectedStatus: 201,
    })

    await tryRequest(fakeContainer(url), request, { send })

    const [seen] = requests
    assert.equal(seen?.method, 'POST')
    assert.equal(seen.path, '/MyService?x=1')
    assert.equal(seen.headers['content-type'], 'application/json-patch+json')
    assert.equal(seen.body, '{ "data": "string"}')
  })

  it('fails at the time limit with the last status', async () => {
    const { url } = await startApplication({ status: 500 }, { status: 404 })

    await assert.rejects(tryRequest(fakeContainer(url), aRequest({ timeLimit: 0.3 }), { send }), {
      name: 'TestFailedError',
      message: 'The application did not answer GET /health with 200 within 0.3 s; at last it gave 404.',
    })
  })

  it('fails at the time limit where nothing answers', async () => {
    const stopped = await startServer(() => 'reset')
    await stopped.stop()

    await assert.rejects(tryRequest(fakeContainer(stopped.url), aRequest({ timeLimit: 0.3 }), { send }), {
      message: /within 0\.3 s; at last it gave .*does not answer \(ECONNREFUSED\)\.$/,
    })
  })

  it('asks ten times a second until a time limit of minutes', async () => {
    const clock = useFakeTimers()
    try {
      const asked = fake.rejects(new Error('no answer'))
      const trial = tryRequest(fakeContainer('http://127.0.0.1:1'), aRequest({ timeLimit: 120 }), { send: asked })
      const failed = assert.rejects(trial, { message: /within 120 s; at last it gave no answer\.$/ })

      await clock.tickAsync(120_000)

      await failed
      assert.equal(asked.callCount, 1200)
    } finally {
      clock.restore()
    }
  })

  const exits = [
    [{ code: 139, outOfMemory: false }, 'The application ended with exit code 139 before it answered GET /health.'],
    [
      { code: 137, outOfMemory: true },
      'The application ended with exit code 137, out of memory before it answered GET /health.',
    ],
    [
      { code: 127, outOfMemory: false, error: 'no such file' },
      'The application ended with exit code 127: no such file before it answered GET /health.',
    ],
  ] as const
  for (const [exit, message] of exits) {
    it(`fails at once where the container ends with ${String(exit.code)}`, async () => {
      const { url } = await startApplication({ status: 503 })
      const container = fakeContainer(url)
      const trial = tryRequest(container, aRequest({ timeLimit: 600 }), { send })

      container.exit(exit)

      await assert.rejects(trial, { name: 'TestFailedError', message })
    })
  }

  it('ends with the reason of a cancel', async () => {
    const { url } = await startApplication({ status: 503 })
    const cancelled = new AbortController()
    const trial = tryRequest(fakeContainer(url), aRequest({ timeLimit: 600 }), { send, signal: cancelled.signal })

    cancelled.abort(new Error('The job was cancelled.'))

    await assert.rejects(trial, { message: 'The job was cancelled.' })
  })
})
