import type { Refusal } from './image-store.ts'

/** Whether the same push may succeed in a moment; engines also stumble where two push under one name at once. */
export function mayPass(refusal: Refusal): boolean {
  return ['layer-missing', 'busy', 'registry-fault', 'connection-cut', 'unknown'].includes(refusal)
}
