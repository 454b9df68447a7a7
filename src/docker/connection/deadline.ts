export interface Deadline {
  /** Milliseconds. */
  readonly within: number
  /** The error for work that takes longer. */
  readonly late: () => Error
  /** Ends the work before that, with its own reason. */
  readonly end: AbortSignal
}

/** Does work that has to be done by a deadline; what it opened until then is left alone afterwards. */
export async function withDeadline<T>(
  { within, late, end }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  end.throwIfAborted()
  const deadline = new AbortController()
  const stop = () => {
    deadline.abort(end.reason)
  }
  const timer = setTimeout(() => {
    deadline.abort(late())
  }, within)
  end.addEventListener('abort', stop)
  try {
    return await work(deadline.signal)
  } catch (error) {
    deadline.signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
    end.removeEventListener('abort', stop)
  }
}

/** Is aborted a while after another signal, in milliseconds. */
export function abortAfter(signal: AbortSignal, delay: number, reason: () => Error): AbortSignal {
  const later = new AbortController()
  const wait = () => {
    setTimeout(() => {
      later.abort(reason())
    }, delay).unref()
  }
  if (signal.aborted) wait()
  else signal.addEventListener('abort', wait, { once: true })
  return later.signal
}
