import { randomBytes } from 'node:crypto'
import { formatOwner } from './owner.ts'
import { thisMachine } from './this-machine.ts'

/** Marks what this process makes in the engine from now on; `container` is the id of the one that it runs in. */
export function newOwner(now: Date, container?: string): string {
  const id = container?.slice(0, 12)
  const owner = { began: now, process: thisMachine().self, ...(id !== undefined && { container: id }) }
  return formatOwner(owner, randomBytes(4).toString('hex'))
}
