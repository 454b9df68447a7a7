import assert from 'node:assert/strict'
import type { Answer, UnusableAnswer } from '../../src/integration-test/answers.ts'
import { parseExpectedStatus } from '../../src/integration-test/expected-status.ts'
import {
  type Send,
  type Sleep,
  type TestRequest,
  askRepeatedly,
  type Waiting,
} from '../../src/integration-test/ask-repeatedly.ts'
import { StepError } from '../../src/model/step-error.ts'
import { fakeContainer } from '../support/fake-container.ts'
import { type FakeTime, fakeTime } from '../support/fake-time.ts'
import { rejects } from '../support/problems.ts'

/** What an application does with one request: a status, an answer, or none, after so many milliseconds. */
type Reaction =
  number | Answer | UnusableAnswer | 'silent' | 'stuck' | { readonly after: number; readonly reaction: Reaction }

const listening = { port: 8080, declared: ['80/tcp'] }

const aRequest = (overrides: Partial<TestRequest> = {}): TestRequest => ({
  method: 'GET',
  path: '/health',
  headers: {},
  expectedStatus: parseExpectedStatus('200'),
  ...overrides,
})

describe('askRepeatedly', () => {
  let time: FakeTime
  let started: number
  let asked: number[]
  const seconds = () => (time.now() - started) / 1000
  beforeEach(() => {
    time = fakeTime()
    started = time.now()
    asked = []
  })

  /** An application that reacts so to one request after the other, and for ever as it did last. */
  function reacting(...reactions: readonly Reaction[]): Send {
    const react = async (reaction: Reaction | undefined, timeout: number): Promise<Answer | UnusableAnswer> => {
      if (typeof reaction === 'number') return { status: reaction, body: '' }
      if (reaction === undefined || reaction === 'silent') throw new Error('no answer (ECONNRESET)')
      if (reaction === 'stuck') return new Promise(() => undefined)
      if ('status' in reaction || 'unusable' in reaction) return reaction
      await time.sleep(Math.min(reaction.after, timeout))
      if (reaction.after > timeout) throw new Error('no answer (ETIMEDOUT)')
      return react(reaction.reaction, timeout)
    }
    return ({ timeout }) => {
      asked.push(time.now() - started)
      return react(reactions[Math.min(asked.length, reactions.length) - 1], timeout)
    }
  }

  function start(send: Send, options: Partial<Waiting> & { request?: TestRequest; lines?: readonly string[] } = {}) {
    const { request = aRequest(), lines = [], ...waiting } = options
    const container = fakeContainer('http://127.0.0.1:1', lines)
    const mode = askRepeatedly(container, request, { timeLimit: 60, listening, send, ...time, ...waiting })
    return { container, mode, answered: () => mode.firstAnswer().then(() => mode.expectedAnswer()) }
  }

  describe('firstAnswer', () => {
    it('waits for any answer, while there is none', async () => {
      const { mode } = start(reacting('silent', 'silent', 503, 200))

      await mode.firstAnswer()

      assert.equal(asked.length, 3)
    })
  })

  describe('expectedAnswer', () => {
    it('asks no more where the first answer is good', async () => {
      const { mode } = start(reacting(200))

      await mode.firstAnswer()

      assert.deepEqual(await mode.expectedAnswer(), { status: 200, seconds: 0 })
      assert.equal(asked.length, 1)
    })

    for (const wrong of [404, 401, 302, 204, 500, 503]) {
      it(`waits while the application answers ${String(wrong)}`, async () => {
        const { answered } = start(reacting(wrong, wrong, 200))

        assert.deepEqual(await answered(), { status: 200, seconds: 0.2 })
      })
    }

    it('takes any status that is expected, also of an error or a redirect', async () => {
      for (const status of [200, 204, 302, 500]) {
        const request = aRequest({ expectedStatus: parseExpectedStatus('200-299, 302, 500') })
        const { answered } = start(reacting(503, status), { request })

        assert.equal((await answered()).status, status)
      }
    })

    it('notices an application that is ready within 300 ms', async () => {
      for (const readyAt of [0, 1, 99, 100, 101, 5_432, 59_700]) {
        time = fakeTime()
        started = time.now()
        const send: Send = () => {
          if (time.now() - started < readyAt) throw new Error('no answer (ECONNREFUSED)')
          return Promise.resolve({ status: 200, body: '' })
        }

        const { answered } = start(send)

        const took = (await answered()).seconds * 1000
        assert.ok(took >= readyAt && took <= readyAt + 300, `${String(took)} ms instead of ${String(readyAt)} ms`)
      }
    })

    it('waits for an answer that takes long', async () => {
      const { answered } = start(reacting({ after: 12_000, reaction: 200 }))

      assert.deepEqual(await answered(), { status: 200, seconds: 12 })
    })

    it('notices within a second that it is ready, however many requests got lost before', async () => {
      for (const readyAt of [1, 999, 1_000, 6_000, 11_500, 58_700]) {
        time = fakeTime()
        started = time.now()
        const lost = reacting({ after: Infinity, reaction: 200 })
        const send: Send = (request) =>
          time.now() - started < readyAt ? lost(request) : Promise.resolve({ status: 200, body: '' })

        const { answered } = start(send)

        const took = (await answered()).seconds * 1000
        assert.ok(took >= readyAt && took <= readyAt + 1000, `${String(took)} ms instead of ${String(readyAt)} ms`)
      }
    })

    it('takes an answer that comes while it pauses, and asks no more', async () => {
      const late = { after: 1_050, reaction: 200 }
      const { answered } = start(reacting(late, 503, { after: Infinity, reaction: 200 }))

      assert.deepEqual(await answered(), { status: 200, seconds: 1.1 })
      assert.deepEqual(asked, [0, 1_000])
    })
  })

  it('sends the request as it is given', async () => {
    const sent: Parameters<Send>[0][] = []
    const send: Send = (request) => {
      sent.push(request)
      return Promise.resolve({ status: 200, body: '' })
    }
    const headers = { 'content-type': 'application/json-patch+json' }
    const request = aRequest({ method: 'POST', path: '/MyService?x=1', headers, body: '{ "data": "string"}' })

    await start(send, { request }).answered()

    assert.deepEqual(sent, [
      {
        method: 'POST',
        url: 'http://127.0.0.1:1/MyService?x=1',
        headers,
        body: '{ "data": "string"}',
        timeout: 60_000,
      },
    ])
  })

  const hopeless: readonly (readonly [
    what: string,
    reactions: readonly Reaction[],
    message: string,
    seconds: number,
  ])[] = [
    [
      'answers something else',
      ['silent', 'silent', 503, 404],
      'The application did not answer GET /health with 200 within 60 s; at last it gave no answer (ECONNRESET) 2 times, then 503, then 404 597 times.',
      60,
    ],
    [
      'redirects',
      [{ status: 307, location: 'https://localhost:5001/health', body: '' }],
      'The application did not answer GET /health with 200 within 60 s; at last it gave 307 to https://localhost:5001/health 600 times.',
      60,
    ],
    [
      'never answers',
      ['silent'],
      'The application did not answer GET /health with 200 within 60 s; at last it gave no answer (ECONNRESET) 600 times. Does the application listen on port 8080, and on all addresses (0.0.0.0)? Its image declares 80/tcp. Check the input "containerPort".',
      60,
    ],
    [
      'never ends its answer',
      [{ after: Infinity, reaction: 200 }],
      'The application did not answer GET /health with 200 within 60 s; at last it gave no answer (ETIMEDOUT) 60 times. Does the application listen on port 8080, and on all addresses (0.0.0.0)? Its image declares 80/tcp. Check the input "containerPort".',
      60,
    ],
    [
      'never answers and keeps no time limit either',
      [503, 'stuck'],
      'The application did not answer GET /health with 200 within 60 s; at last it gave 503.',
      60,
    ],
    [
      'gives what cannot be used',
      [{ unusable: 'no usable HTTP (HPE_INVALID_CONSTANT; does it speak https?)' }],
      'The application did not answer GET /health with 200 within 60 s; at last it gave no usable HTTP (HPE_INVALID_CONSTANT; does it speak https?) 600 times.',
      60,
    ],
    [
      'gives the same 500 for 10 s',
      ['silent', 500],
      'The application is up, but answers GET /health with 500 on every request for 10 s.',
      10.1,
    ],
    [
      'gives the same 501 for 10 s',
      [503, 501],
      'The application is up, but answers GET /health with 501 on every request for 10 s.',
      10.1,
    ],
  ]
  for (const [what, reactions, message, after] of hopeless) {
    it(`fails where the application ${what}, after ${String(after)} s`, async () => {
      const { answered } = start(reacting(...reactions))

      await rejects(answered(), { name: 'TestFailedError', message })
      assert.ok(Math.abs(seconds() - after) < 0.2, String(seconds()))
    })
  }

  for (const status of [502, 503, 504]) {
    it(`takes ${String(status)} for warming up until the time limit`, async () => {
      const { answered } = start(reacting(status))

      await rejects(answered(), { message: new RegExp(`at last it gave ${String(status)} 600 times\\.$`) })
    })
  }

  it('hands on the last answer and the last lines', async () => {
    const answer = { status: 500, body: '{"title":"##vso[x]"}' }
    const { answered } = start(reacting(answer), { lines: ['Unhandled exception.'] })

    await rejects(answered(), {
      details: [
        'The last answer:',
        '  {"title":"##_vso[x]"}',
        'What the application printed:',
        '  Unhandled exception.',
      ],
    })
  })

  const exits = [
    [{ code: 139, outOfMemory: false }, 'The application ended with exit code 139 before it answered GET /health.'],
    [
      { code: 137, outOfMemory: true },
      'The application ended with exit code 137, out of memory, before it answered GET /health.',
    ],
    [
      { code: 126, outOfMemory: false, error: 'no such file' },
      'The container of the application failed (no such file) before it answered GET /health.',
    ],
  ] as const
  for (const [exit, message] of exits) {
    it(`fails at once where the container ends with ${String(exit.code)}`, async () => {
      const { answered, container } = start(() => new Promise<never>(() => undefined))
      const failed = rejects(answered(), { name: 'TestFailedError', message })

      container.exit(exit)

      await failed
      assert.equal(seconds(), 0)
    })
  }

  it('ends with the reason of a cancel', async () => {
    const cancelled = new AbortController()
    const send: Send = () => {
      cancelled.abort(new StepError('cancelled'))
      return Promise.reject(new Error('no answer (no code)'))
    }

    const { answered } = start(send, { signal: cancelled.signal })

    await rejects(answered(), {
      name: 'StepError',
      message: 'The job was cancelled, or the step reached its time limit.',
    })
  })

  it('ends a pause when the container ends', async () => {
    const request = aRequest()
    const container = fakeContainer('http://127.0.0.1:1')
    const send = reacting(503)
    // Its time stands still, so that a pause ends by the signal alone.
    const sleep: Sleep = (_milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve(undefined)
        else signal.addEventListener('abort', resolve)
      })
    const mode = askRepeatedly(container, request, { timeLimit: 600, listening, send, now: time.now, sleep })
    const failed = rejects(
      mode.firstAnswer().then(() => mode.expectedAnswer()),
      { message: /exit code 1 / },
    )

    container.exit({ code: 1, outOfMemory: false })

    await failed
  })
})
