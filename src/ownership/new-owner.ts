import { formatOwner } from './owner.ts'
import { thisMachine } from './this-machine.ts'

/** Marks what this process makes in the engine from now on; `container` is the id of the one that it runs in. */
export function newOwner(now: Date, container?: string): string {
  return formatOwner({
    began: now,
    process: thisMachine().self,
    ...(container !== undefined && { container: container.slice(0, 12) }),
  })
}
