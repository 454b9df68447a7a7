import { describeEnd, describeExit } from './describe-end.ts'
import type { RunningContainer } from './engine.ts'
import { sleepFor } from './sleep-for.ts'
import { TestFailedError } from './test-failed-error.ts'

interface Waiting {
  /** Seconds until the application must have ended. */
  readonly timeLimit: number
  readonly signal?: AbortSignal
  /** Ends early, without an error, when the signal is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
}

/** Throws TestFailedError where the container could not even start: such a one has ended before anybody waits. */
export async function requireStart(container: RunningContainer): Promise<void> {
  const exit = await Promise.race([container.exited, Promise.resolve(undefined)])
  if (exit?.error !== undefined) throw new TestFailedError(`${describeExit(exit)}.`, describeEnd(container))
}

/** Waits until the application ends by itself; throws TestFailedError where it does not, or not with exit code 0. */
export async function awaitExit(
  container: RunningContainer,
  { timeLimit, signal, sleep = sleepFor }: Waiting,
): Promise<void> {
  const ended = new AbortController()
  const waiting = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal])
  const exit = await Promise.race([container.exited, sleep(timeLimit * 1000, waiting).then(() => undefined)])
  ended.abort()
  signal?.throwIfAborted()
  if (exit === undefined) {
    throw new TestFailedError(
      `The application did not end within ${String(timeLimit)} s. If it is a service, give "request" in the input "testMode".`,
      describeEnd(container),
    )
  }
  if (exit.code === 0 && exit.error === undefined) return
  const end = describeExit(exit)
  throw new TestFailedError(exit.error === undefined ? `${end} instead of 0.` : `${end}.`, describeEnd(container))
}
