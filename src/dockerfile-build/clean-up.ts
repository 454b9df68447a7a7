import type { Log } from '../model/log.ts'

/** Removes what a step needed. What cannot be removed is told, and never hides how the step itself ended. */
export async function cleanUp(what: string, remove: () => Promise<void>, log: Log): Promise<void> {
  try {
    await remove()
  } catch (error) {
    log.failure(`${what} could not be removed`, error)
  }
}
