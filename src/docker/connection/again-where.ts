import { setTimeout as pause } from 'node:timers/promises'

const attempts = 5
const pauseBetween = 100

/** Does a short piece of work once more, up to five times in all, where it met what another step did just then. */
export async function againWhere<T>(isPassing: (error: unknown) => boolean, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt === attempts || !isPassing(error)) throw error
      await pause(pauseBetween * attempt)
    }
  }
}
