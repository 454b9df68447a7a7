/**
 * Escape sequences of terminals: those with parameters, those with a text, and the short ones. Each part ends before the
 * next escape, so that the time is linear in the length of the text, as Node's own expression is not.
 * https://www.ecma-international.org/publications-and-standards/standards/ecma-48/
 */
const escapeSequences =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]/g

/** Line ends of every kind, also those of Unicode. */
const lineEnds = /[\r\n\v\f\x85\u2028\u2029]+/g

/** Control characters but the tab, halves of characters, and what turns the direction of the text around it. */
const unseen = /[^\P{Cc}\t]|\p{Surrogate}|[\u202a-\u202e\u2066-\u2069]/gu

/** The visible text of what anybody wrote, in one line: no control character but the tab is left, and no escape sequence. */
export function printable(text: string): string {
  return text.replaceAll(escapeSequences, '').replaceAll(lineEnds, ' ').replaceAll(unseen, '').trimEnd()
}

/**
 * The same, and nothing in it is a command to the agent, which would obey `##vso[` and `##[` anywhere in a line: these
 * become `##_vso[` and `##_[`.
 */
export function harmless(text: string): string {
  return withoutCommands(printable(text))
}

/** As `harmless`, for a text that is printable. */
export function withoutCommands(text: string): string {
  return text.replaceAll(/##(?=(?:vso)?\[)/gi, '##_')
}
