import type { Refusal } from './image-store.ts'

/** Milliseconds before each further attempt: a minute in all. Engines differ in how long they wait themselves. */
const pauses = [2000, 4000, 8000, 16_000, 30_000]
/** What nobody knows may as well be for ever. */
const pausesOfUnknown = pauses.slice(0, 2)

/**
 * The pause before the same push is tried again, after so many attempts; undefined where that is no use. Engines also
 * stumble where two push under one name at once.
 */
export function pauseAfter(refusal: Refusal, attempts: number): number | undefined {
  if (refusal === 'unknown') return pausesOfUnknown[attempts - 1]
  const passes = ['layer-missing', 'busy', 'registry-fault', 'connection-cut'].includes(refusal)
  return passes ? pauses[attempts - 1] : undefined
}
