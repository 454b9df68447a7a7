import { stripVTControlCharacters } from 'node:util'

const longestLine = 4000

/**
 * Makes one line from a build or a container safe to print in a pipeline's log: the agent would obey `##vso[` and
 * `##[` anywhere in it, so these become `##_vso[` and `##_[`. Line ends inside become blanks, colours and control
 * characters go, and what is above 4,000 characters is cut, which a last "…" tells.
 */
export function cleanLine(line: string): string {
  const printable = stripVTControlCharacters(line)
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[^\P{Cc}\t]/gu, '')
    .trimEnd()
  const harmless = printable.replaceAll(/##(?=(?:vso)?\[)/gi, '##_')
  return harmless.length <= longestLine ? harmless : `${harmless.slice(0, longestLine - 1)}…`
}
