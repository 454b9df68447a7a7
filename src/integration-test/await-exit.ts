import { describeEnd } from './describe-end.ts'
import type { Sleep } from './ask-repeatedly.ts'
import type { RunningContainer } from './engine.ts'
import { TestFailedError } from './test-failed-error.ts'

interface Waiting {
  /** Seconds until the application must have ended. */
  readonly timeLimit: number
  readonly signal?: AbortSignal
  readonly sleep: Sleep
}

/** Throws TestFailedError where the container could not even start: such a one has ended before anybody waits. */
export async function requireStart(container: RunningContainer): Promise<void> {
  const exit = await Promise.race([container.exited, Promise.resolve(undefined)])
  if (exit?.error !== undefined) throw new TestFailedError({ what: 'not-started', exit }, describeEnd(container))
}

/** Waits until the application ends by itself; throws TestFailedError where it does not, or not with exit code 0. */
export async function awaitExit(container: RunningContainer, { timeLimit, signal, sleep }: Waiting): Promise<void> {
  const ended = new AbortController()
  const waiting = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal])
  const exit = await Promise.race([container.exited, sleep(timeLimit * 1000, waiting).then(() => undefined)])
  ended.abort()
  signal?.throwIfAborted()
  if (exit === undefined) throw new TestFailedError({ what: 'does-not-end', timeLimit }, describeEnd(container))
  if (exit.code === 0 && exit.error === undefined && exit.lost === undefined) return
  throw new TestFailedError({ what: 'ended-badly', exit }, describeEnd(container))
}
