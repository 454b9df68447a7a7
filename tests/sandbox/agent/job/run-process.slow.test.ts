import assert from 'node:assert/strict'
import type { ProcessEnd, ProcessRequest } from '../../../../sandbox/agent/job/run-process.ts'
import { runProcess } from '../../../../sandbox/agent/job/run-process.ts'

interface Run {
  readonly end: Promise<ProcessEnd>
  readonly lines: string[]
  /** Resolves when the process has written its first line. */
  readonly started: Promise<void>
}

function start(script: string, request: Partial<ProcessRequest> = {}): Run {
  const lines: string[] = []
  let begin: () => void
  const started = new Promise<void>((resolve) => {
    begin = resolve
  })
  const end = runProcess({
    command: process.execPath,
    arguments: ['-e', script],
    environment: { A: 'x' },
    workingDirectory: '/',
    onLine: (line, stream) => {
      lines.push(`${stream}: ${line}`)
      begin()
    },
    signal: new AbortController().signal,
    completed: new AbortController().signal,
    timeout: 0,
    grace: { interrupt: 100, terminate: 100, output: 200 },
    ...request,
  })
  return { end, lines, started }
}

const waiting = `setInterval(() => undefined, 1000); console.log('started')`

describe('runProcess', () => {
  it('gives lines, exit code, and the process nothing but its environment', async () => {
    const run = start(`
      console.log(Object.keys(process.env).filter((name) => name !== 'NODE_V8_COVERAGE').join())
      console.log(process.cwd())
      console.error('an error')
      process.stdout.write('no line end')
      process.exitCode = 3
    `)

    assert.deepEqual(await run.end, { kind: 'exited', code: 3 })
    assert.deepEqual(run.lines.toSorted(), ['stderr: an error', 'stdout: /', 'stdout: A', 'stdout: no line end'])
  })

  it('closes stdin', async () => {
    const run = start(`process.stdin.on('end', () => console.log('closed')).resume()`)
    await run.end
    assert.deepEqual(run.lines, ['stdout: closed'])
  })

  it('cancels with SIGINT first', async () => {
    const canceling = new AbortController()
    const run = start(`process.once('SIGINT', () => { console.log('SIGINT'); process.exit() }); ${waiting}`, {
      signal: canceling.signal,
    })
    await run.started

    canceling.abort()

    assert.deepEqual(await run.end, { kind: 'canceled' })
    assert.deepEqual(run.lines, ['stdout: started', 'stdout: SIGINT'])
  })

  it('goes on to SIGTERM and ends with SIGKILL', async () => {
    const canceling = new AbortController()
    const ignoring = ['SIGINT', 'SIGTERM']
      .map((name) => `process.on('${name}', () => console.log('${name}'));`)
      .join('')
    const run = start(`${ignoring} ${waiting}`, { signal: canceling.signal })
    await run.started

    canceling.abort()

    assert.deepEqual(await run.end, { kind: 'canceled' })
    assert.deepEqual(run.lines, ['stdout: started', 'stdout: SIGINT', 'stdout: SIGTERM'])
  })

  it('ends a process that takes too long', async () => {
    assert.deepEqual(await start(waiting, { timeout: 50 }).end, { kind: 'timed-out' })
  })

  it('ends a process that goes on after its step is complete', async () => {
    const completing = new AbortController()
    const run = start(waiting, { completed: completing.signal })
    await run.started

    completing.abort()

    assert.deepEqual(await run.end, { kind: 'completed' })
  })

  it('does not wait for children that hold the output', async () => {
    const run = start(
      `require('node:child_process').spawn('sleep', ['3'], { stdio: 'inherit', detached: true, env: ${JSON.stringify(process.env)} }).unref()`,
    )
    const started = performance.now()

    assert.deepEqual(await run.end, { kind: 'exited', code: 0 })
    assert.ok(performance.now() - started < 2500)
  })

  it('throws when there is no such program', async () => {
    await assert.rejects(start('', { command: '/no/such/program' }).end, { code: 'ENOENT' })
  })
})
