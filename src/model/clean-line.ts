import { printable, withoutCommands } from './printable.ts'

const longestLine = 4000

/**
 * Makes one line from a build or a container safe to print in a pipeline's log: the agent would obey `##vso[` and
 * `##[` anywhere in it, so these become `##_vso[` and `##_[`. Line ends inside become blanks, colours and control
 * characters go, and what is above 4,000 characters is cut, which a last "…" tells.
 */
export function cleanLine(line: string): string {
  return cleanLineHiding((text) => text)(line)
}

/**
 * The same, with secrets hidden. Control characters go first, since they would keep a secret from being found, and the
 * cut comes last, since it would leave a part of one; `hide` also gets the text as it came, for secrets with line ends.
 */
export function cleanLineHiding(hide: (text: string) => string): (line: string) => string {
  return (line) => {
    const harmless = withoutCommands(hide(printable(hide(line))))
    return harmless.length <= longestLine ? harmless : `${harmless.slice(0, longestLine - 1)}…`
  }
}
