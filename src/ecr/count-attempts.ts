import type { Send } from './ecr-connection.ts'

/**
 * The same requests, counted: the SDK repeats them, and so does the connection. What a repeated one finds done may be
 * the work of the one before it, whose answer got lost.
 */
export function countAttempts<T>(send: Send<T>): { readonly send: Send<T>; readonly isRepeated: () => boolean } {
  let attempts = 0
  return {
    async send(client, options) {
      try {
        attempts += 1
        return await send(client, options)
      } catch (error) {
        attempts += attemptsOf(error) - 1
        throw error
      }
    },
    isRepeated: () => attempts > 1,
  }
}

/** As the SDK says it with each answer. */
function attemptsOf(error: unknown): number {
  return (error as { readonly $metadata?: { readonly attempts?: number } }).$metadata?.attempts ?? 1
}
