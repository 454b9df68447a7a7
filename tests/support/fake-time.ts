/** Time that passes only where somebody waits. Milliseconds. */
export interface FakeTime {
  readonly now: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
}

export function fakeTime(): FakeTime {
  let time = 1_000_000
  return {
    now: () => time,
    sleep: (milliseconds) => {
      time += milliseconds
      // Let others see how late it is, as they would.
      return new Promise((resolve) => setImmediate(resolve))
    },
  }
}
