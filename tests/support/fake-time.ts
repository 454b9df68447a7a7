/** Time that passes only while everybody waits. Milliseconds. */
export interface FakeTime {
  readonly now: () => number
  /** Ends early where the signal is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

export function fakeTime(): FakeTime {
  let time = 1_000_000
  let isTicking = false
  /** Who wakes when. */
  const sleepers = new Map<() => void, number>()

  /** Goes on to the next who wakes; by then whoever was woken before has come as far as it can. */
  function tick(): void {
    isTicking = sleepers.size > 0
    if (!isTicking) return
    time = Math.min(...sleepers.values())
    for (const [wake, at] of sleepers) if (at <= time) wake()
    setImmediate(tick)
  }

  return {
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.set(wake, time + milliseconds)
        signal?.addEventListener('abort', wake)
        if (!isTicking) setImmediate(tick)
        isTicking = true
      }),
  }
}
