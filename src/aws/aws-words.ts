import { messageOf } from '../model/error-text.ts'
import { printable } from '../model/printable.ts'

const longest = 500
/** Of an answer that may be without end. */
const longestRead = 10_000

/**
 * The first sentence of what AWS says. What follows may quote the request: a wrong signature comes with the headers that
 * were signed, and the session token is one of them.
 */
export function firstSentence(error: unknown): string {
  const [line = ''] = messageOf(error)
    .slice(0, longestRead)
    .trim()
    .split(/[\r\n]/)
  const sentence = /^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line
  // No word and no ARN is as long as a token.
  return printable(sentence.replaceAll(/\S{200,}/g, '…'))
    .slice(0, longest)
    .trimEnd()
}
