import { messageOf } from '../model/error-text.ts'

const longest = 500

/**
 * The first sentence of what AWS says. What follows may quote the request: a wrong signature comes with the headers that
 * were signed, and the session token is one of them.
 */
export function firstSentence(error: unknown): string {
  const [line = ''] = messageOf(error).trim().split(/\r?\n/)
  const sentence = /^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line
  return sentence.slice(0, longest)
}
