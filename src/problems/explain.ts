import { explainInput } from './explain-input.ts'
import { explainNetwork } from './explain-network.ts'
import type { Problem } from './problem.ts'
import type { Words } from './words.ts'

/**
 * Puts the errors of one room into words; undefined for any other error. `explain` has the words for an error that
 * another one holds.
 */
export type Explainer = (error: unknown, words: Words, explain: Explain) => Problem | undefined

/** Puts any error into the words of one task's form. */
export type Explain = (error: unknown) => Problem

/** What every task can meet. */
const everywhere: readonly Explainer[] = [explainInput, explainNetwork]

/**
 * Tells each error by what throws it. The rooms are chosen by the task, so that its bundle holds no words, and no classes,
 * of what it never meets.
 */
export function explainer(rooms: readonly Explainer[], words: Words): Explain {
  const explain: Explain = (error) => {
    for (const room of [...rooms, ...everywhere]) {
      const problem = room(error, words, explain)
      if (problem !== undefined) return problem
    }
    return unexpected(error)
  }
  return explain
}

/** What an error says in one line, where it is written for people: a name of a class or a value is not. */
function brief(error: unknown): string {
  const said =
    error instanceof Error && error.constructor === Error
      ? error.message
          .split('\n')[0]
          ?.replace(/[.,;: ]+$/, '')
          .trim()
      : undefined
  return said && !/undefined|null|\[object/.test(said) ? ` (${said})` : ''
}

/** A mistake of the product, or something that nobody thought of. */
function unexpected(error: unknown): Problem {
  return {
    code: 'unexpected',
    reason: `The extension did not expect what happened${brief(error)}`,
    advice: ['Run again with the variable System.Debug set to true, and report the log'],
  }
}
