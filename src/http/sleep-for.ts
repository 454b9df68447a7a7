import { setTimeout as pause } from 'node:timers/promises'

/** Lets some milliseconds pass; ends early, without an error, when the signal is aborted. */
export async function sleepFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, signal && { signal }).catch(() => undefined)
}
