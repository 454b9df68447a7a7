import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { askApplication } from '../../src/http/ask-application.ts'
import { sleepFor } from '../../src/http/sleep-for.ts'
import { parseExpectedStatus } from '../../src/integration-test/expected-status.ts'
import { askRepeatedly } from '../../src/integration-test/ask-repeatedly.ts'
import { fakeContainer } from '../../tests/support/fake-container.ts'

/**
 * Measures how long after an application is ready its test notices, over real connections: `npx tsx
 * scripts/bench/test.ts`. Figures are the worst of all turns, since each is ready at another time; goals stand beside
 * them.
 */
const turns = 20
/** Until the application is ready; no multiple of the pause between requests, so that each turn meets another part of it. */
const warmUp = 1200
const step = 37

const request = { method: 'GET', path: '/', headers: {}, expectedStatus: parseExpectedStatus('200') }

/** What an application does until it is ready. */
const rows = [
  { what: 'ready after it refused connections', before: 'refuses', goal: '300 ms' },
  { what: 'ready after it answered 503', before: '503', goal: '300 ms' },
  { what: 'ready after requests got lost', before: 'loses', goal: '1100 ms' },
] as const
type Before = (typeof rows)[number]['before']

for (const { what, before, goal } of rows) {
  const delays = await Promise.all(
    Array.from({ length: turns }, (_, turn) => noticeAfter(before, warmUp + turn * step)),
  )
  console.log(
    `${what.padEnd(48)}${Math.max(...delays)
      .toFixed(0)
      .padStart(7)} ms   (goal: at most ${goal})`,
  )
}

/** Milliseconds between the moment when an application is ready and the one when its test passes. */
async function noticeAfter(before: Before, readyIn: number): Promise<number> {
  let isReady = false
  const server = createServer((_, response) => {
    if (isReady) response.end()
    else if (before === '503') response.writeHead(503).end()
  })
  const port = await listen(server, 0)
  if (before === 'refuses') await close(server)
  const asking = askRepeatedly(fakeContainer(`http://127.0.0.1:${String(port)}`), request, {
    timeLimit: 60,
    listening: { port, declared: [] },
    send: askApplication,
    sleep: sleepFor,
  })
  const passed = asking.expectedAnswer().then(() => performance.now())
  await pause(readyIn)
  isReady = true
  if (before === 'refuses') await listen(server, port)
  const ready = performance.now()
  const delay = (await passed) - ready
  server.closeAllConnections()
  await close(server)
  return delay
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve))
}
