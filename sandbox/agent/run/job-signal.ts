const longestTimer = 2 ** 31 - 1

/** A signal of one job, and how to let go of what it listens to. */
export interface JobSignal {
  readonly signal: AbortSignal
  readonly isTimedOut: () => boolean
  readonly dispose: () => void
}

/**
 * Aborts when the run is canceled or the job's time is over (minutes; 0 is no limit). A job that starts although the run
 * is canceled, since it is to run always, is not canceled itself.
 */
export function jobSignal(run: AbortSignal, timeoutInMinutes: number): JobSignal {
  const controller = new AbortController()
  const cancel = () => {
    controller.abort(run.reason)
  }
  if (!run.aborted) run.addEventListener('abort', cancel, { once: true })
  let isTimedOut = false
  const timeOut = () => {
    isTimedOut = true
    controller.abort()
  }
  const milliseconds = Math.min(timeoutInMinutes * 60_000, longestTimer)
  const timer = milliseconds === 0 ? undefined : setTimeout(timeOut, milliseconds).unref()
  return {
    signal: controller.signal,
    isTimedOut: () => isTimedOut,
    dispose: () => {
      clearTimeout(timer)
      run.removeEventListener('abort', cancel)
    },
  }
}
