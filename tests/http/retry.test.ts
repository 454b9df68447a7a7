import assert from 'node:assert/strict'
import { fake, useFakeTimers } from 'sinon'
import { ConnectionError, type HttpClient, httpClient, type HttpResponse } from '../../src/http/http-client.ts'
import { formatRetry, type Retry, withRetries } from '../../src/http/retry.ts'
import { type LoopbackServer, startServer } from '../support/loopback-server.ts'

type Outcome = number | string | Partial<HttpResponse>

const url = 'https://mcr.microsoft.com/v2/a/manifests/1?sig=secret'
const noon = Date.UTC(2026, 10, 23, 12)

/** A host that gives these outcomes one after the other, the last one for ever; a text is the code of a failure. */
function script(...outcomes: Outcome[]) {
  let next = 0
  const http = fake<Parameters<HttpClient>, ReturnType<HttpClient>>(() => {
    const outcome = outcomes[Math.min(next++, outcomes.length - 1)] ?? 200
    if (typeof outcome === 'string') return Promise.reject(new ConnectionError('mcr.microsoft.com', outcome))
    const answer = typeof outcome === 'number' ? { status: outcome } : outcome
    return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(''), ...answer })
  })
  return http
}

/** A clock that goes on only by waiting. */
function waitingRoom({ random = 1 } = {}) {
  let now = noon
  const waits: number[] = []
  const retries: Retry[] = []
  const options = {
    now: () => now,
    random: () => random,
    sleep(milliseconds: number) {
      waits.push(milliseconds)
      now += milliseconds
      return Promise.resolve()
    },
    onRetry: (retry: Retry) => retries.push(retry),
  }
  return { options, waits, retries, pass: (milliseconds: number) => (now += milliseconds) }
}

describe('withRetries', () => {
  for (const passing of [
    429,
    500,
    502,
    503,
    504,
    'ECONNRESET',
    'ETIMEDOUT',
    'EPIPE',
    'EAI_AGAIN',
    'PROXY_503',
  ] as const) {
    it(`asks again after ${String(passing)}`, async () => {
      const http = script(passing, 200)
      const { options } = waitingRoom()

      const response = await withRetries(http, options)({ method: 'GET', url })

      assert.equal(response.status, 200)
      assert.equal(http.callCount, 2)
    })
  }

  for (const final of [200, 304, 400, 401, 403, 404, 405, 501]) {
    it(`takes ${String(final)} for an answer`, async () => {
      const http = script(final, 200)
      const { options } = waitingRoom()

      assert.equal((await withRetries(http, options)({ method: 'HEAD', url })).status, final)
      assert.equal(http.callCount, 1)
    })
  }

  for (const code of ['ERR_FR_TOO_MANY_REDIRECTS', 'CERT_HAS_EXPIRED', 'PROXY_407', 'no code']) {
    it(`takes ${code} for final`, async () => {
      const http = script(code)
      const { options } = waitingRoom()

      await assert.rejects(withRetries(http, options)({ method: 'GET', url }), { code })
      assert.equal(http.callCount, 1)
    })
  }

  for (const code of ['ECONNREFUSED', 'ENOTFOUND']) {
    it(`asks no more than twice again after ${code}`, async () => {
      const http = script(code)
      const { options, waits } = waitingRoom()

      await assert.rejects(withRetries(http, options)({ method: 'GET', url }), { code })
      assert.deepEqual(waits, [1000, 2000])
    })
  }

  it('waits twice as long each time, at most 30 s and two minutes in total, and gives the last answer', async () => {
    const http = script(429, 503, 429)
    const { options, waits } = waitingRoom()

    const response = await withRetries(http, options)({ method: 'GET', url })

    assert.equal(response.status, 429)
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    assert.equal(http.callCount, waits.length + 1)
  })

  it('waits no longer in total than it is told', async () => {
    const { options, waits } = waitingRoom()

    await withRetries(script(503), { ...options, longestTotal: 45_000 })({ method: 'GET', url })

    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000])
  })

  it('throws the last failure', async () => {
    const { options } = waitingRoom()

    await assert.rejects(withRetries(script(503, 'ECONNRESET'), options)({ method: 'GET', url }), {
      name: 'ConnectionError',
      code: 'ECONNRESET',
    })
  })

  it('counts the time of the requests', async () => {
    const { options, waits, pass } = waitingRoom()
    const slow: HttpClient = () => {
      pass(30_000)
      return Promise.reject(new ConnectionError('mcr.microsoft.com', 'ETIMEDOUT'))
    }

    await assert.rejects(withRetries(slow, options)({ method: 'GET', url }), { code: 'ETIMEDOUT' })
    assert.deepEqual(waits, [1000, 2000, 4000])
  })

  it('spreads the waits from next to nothing to the whole', async () => {
    const half = waitingRoom({ random: 0.5 })
    const none = waitingRoom({ random: 0 })

    await withRetries(script(503, 503, 503, 200), half.options)({ method: 'GET', url })
    await withRetries(script(503, 503, 200), none.options)({ method: 'GET', url })

    assert.deepEqual(half.waits, [500, 1000, 2000])
    assert.deepEqual(none.waits, [100, 100])
  })

  const wishes: readonly (readonly [what: string, header: string, wait: number])[] = [
    ['seconds', '7', 7000],
    ['a date', new Date(noon + 9000).toUTCString(), 9000],
    ['less than the backoff', '0', 1000],
    ['a date that has passed', new Date(noon - 9000).toUTCString(), 1000],
    ['more than a minute', '3600', 60_000],
    ['nonsense', 'soon', 1000],
    ['nothing', '', 1000],
  ]
  for (const [what, header, wait] of wishes) {
    it(`waits ${String(wait)} ms where Retry-After is ${what}`, async () => {
      const { options, waits } = waitingRoom()

      await withRetries(
        script({ status: 429, headers: { 'retry-after': header } }, 200),
        options,
      )({ method: 'GET', url })

      assert.deepEqual(waits, [wait])
    })
  }

  it('gives up where Retry-After leads beyond the two minutes', async () => {
    const { options, waits } = waitingRoom()
    const http = script({ status: 429, headers: { 'retry-after': '50' } })

    assert.equal((await withRetries(http, options)({ method: 'GET', url })).status, 429)
    assert.deepEqual(waits, [50_000, 50_000])
  })

  const methods: readonly (readonly [method: string, isRepeatable: boolean | undefined, calls: number])[] = [
    ['GET', undefined, 2],
    ['head', undefined, 2],
    ['POST', undefined, 1],
    ['PUT', undefined, 1],
    ['POST', true, 2],
    ['GET', false, 1],
  ]
  for (const [method, isRepeatable, calls] of methods) {
    const wish = isRepeatable === undefined ? '' : `, isRepeatable ${String(isRepeatable)},`
    it(`sends ${method}${wish} ${calls === 1 ? 'once' : 'again'}`, async () => {
      const http = script(503, 200)
      const { options } = waitingRoom()

      await withRetries(http, options)({ method, url, ...(isRepeatable !== undefined && { isRepeatable }) })

      assert.equal(http.callCount, calls)
    })
  }

  it('tells who, why and how long, and no more', async () => {
    const { options, retries } = waitingRoom({ random: 0.9 })
    const http = script(429, 'ECONNRESET', { status: 503, redirectedTo: 'eastus.data.mcr.microsoft.com' }, 200)

    await withRetries(http, options)({ method: 'GET', url, headers: { authorization: 'Bearer secret' } })

    assert.deepEqual(retries.map(formatRetry), [
      'mcr.microsoft.com answers 429; asking again in 1 s',
      'mcr.microsoft.com does not answer (ECONNRESET); asking again in 2 s',
      'eastus.data.mcr.microsoft.com answers 503; asking again in 4 s',
    ])
  })

  it('lets other errors through', async () => {
    const broken = () => Promise.reject(new TypeError('a bug'))

    await assert.rejects(withRetries(broken, waitingRoom().options)({ method: 'GET', url }), { name: 'TypeError' })
  })

  it('ends a wait with the reason of a cancel', async () => {
    const cancelled = new AbortController()
    const http = script(503)
    const onRetry = () => {
      queueMicrotask(() => {
        cancelled.abort(new Error('The job was cancelled.'))
      })
    }
    const asked = withRetries(http, { signal: cancelled.signal, onRetry, random: () => 1 })({ method: 'GET', url })

    await assert.rejects(asked, { message: 'The job was cancelled.' })
    assert.equal(http.callCount, 1)
  })

  it('waits by the clock of the machine where no other is given', async () => {
    const clock = useFakeTimers({ now: noon })
    try {
      const http = script(503, 200)
      const asked = withRetries(http, { random: () => 1 })({ method: 'GET', url })

      await clock.tickAsync(999)
      assert.equal(http.callCount, 1)
      await clock.tickAsync(1)

      assert.equal((await asked).status, 200)
    } finally {
      clock.restore()
    }
  })

  describe('on a real connection', () => {
    let server: LoopbackServer | undefined

    afterEach(() => server?.stop())

    it('asks again where the answer is reset, and where it is cut in its body', async () => {
      let asked = 0
      server = await startServer(() => {
        asked++
        if (asked === 1) return 'reset'
        return asked === 2 ? { headers: { 'content-length': '10' }, body: 'half', isCut: true } : { body: 'the whole!' }
      })
      const { options, retries } = waitingRoom()

      const response = await withRetries(httpClient(), options)({ method: 'GET', url: server.url })

      assert.equal(response.body.toString(), 'the whole!')
      assert.deepEqual(
        retries.map(({ because }) => because),
        ['does not answer (ECONNRESET)', 'breaks off its answer (ECONNRESET)'],
      )
    })
  })
})
