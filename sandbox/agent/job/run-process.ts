import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

export interface ProcessRequest {
  readonly command: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly workingDirectory: string
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void
  /** Cancels the process. */
  readonly signal: AbortSignal
  /** Says that the step is complete although the process may go on. */
  readonly completed: AbortSignal
  /** Milliseconds; 0 is no limit. */
  readonly timeout: number
  readonly grace?: Grace
}

/** Milliseconds that a process gets before the next, harder step. */
interface Grace {
  readonly interrupt: number
  readonly terminate: number
  /** For children that still hold the output of a process that has ended, and for a process whose step is complete. */
  readonly output: number
}

export type ProcessEnd =
  { readonly kind: 'exited'; readonly code: number } | { readonly kind: 'canceled' | 'timed-out' | 'completed' }

const agentGrace: Grace = { interrupt: 7_500, terminate: 2_500, output: 5_000 }

/** Runs one process to its end, with closed stdin, line by line; throws when it cannot be started. */
export async function runProcess(request: ProcessRequest): Promise<ProcessEnd> {
  const grace = request.grace ?? agentGrace
  const child = spawn(request.command, request.arguments, {
    cwd: request.workingDirectory,
    env: request.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    request.onLine(line, 'stdout')
  })
  createInterface({ input: child.stderr }).on('line', (line) => {
    request.onLine(line, 'stderr')
  })

  const exited = exitOf(child)
  const closed = new Promise((resolve) => child.once('close', resolve))
  const end = await firstEnd(exited, request, grace)
  if (end.kind === 'completed') child.kill('SIGKILL')
  else if (end.kind !== 'exited') await stop(child, exited, grace)
  await exited
  await Promise.race([closed, pause(grace.output, undefined, { ref: false })])
  child.stdout.destroy()
  child.stderr.destroy()
  return end
}

function exitOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      resolve({ kind: 'exited', code: code ?? (signal === null ? 0 : 128) })
    })
  })
}

async function firstEnd(exited: Promise<ProcessEnd>, request: ProcessRequest, grace: Grace): Promise<ProcessEnd> {
  const settled = new AbortController()
  const ends = [
    exited,
    aborted(request.signal, settled.signal).then(() => ({ kind: 'canceled' }) as const),
    aborted(request.completed, settled.signal)
      .then(() => pause(grace.output, undefined, { ref: false }))
      .then(() => ({ kind: 'completed' }) as const),
  ]
  if (request.timeout > 0) {
    ends.push(pause(request.timeout, { kind: 'timed-out' } as const, { signal: settled.signal, ref: false }))
  }
  try {
    return await Promise.race(ends)
  } finally {
    settled.abort()
  }
}

function aborted(signal: AbortSignal, settled: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve()
      },
      { once: true, signal: settled },
    )
  })
}

/** Asks the process, not its children, to end: SIGINT, SIGTERM, and at last SIGKILL. */
async function stop(child: ChildProcess, exited: Promise<ProcessEnd>, grace: Grace): Promise<void> {
  const steps = [
    { signal: 'SIGINT', patience: grace.interrupt },
    { signal: 'SIGTERM', patience: grace.terminate },
  ] as const
  for (const { signal, patience } of steps) {
    child.kill(signal)
    const hasEnded = await Promise.race([exited.then(() => true), pause(patience, false, { ref: false })])
    if (hasEnded) return
  }
  child.kill('SIGKILL')
}
