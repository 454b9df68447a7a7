import type { Issue } from '../contract.ts'
import type { Masker } from './masking.ts'

const mostIssues = 10

/** The log of one step: masks each line, keeps it, and passes it on. */
export class StepLog {
  readonly lines: string[] = []
  readonly issues: Issue[] = []
  readonly #masker: Masker
  readonly #write: (line: string) => void
  readonly #isDebugging: boolean

  constructor(masker: Masker, write: (line: string) => void, isDebugging: boolean) {
    this.#masker = masker
    this.#write = write
    this.#isDebugging = isDebugging
  }

  line(text: string): void {
    for (const each of text.split(/\r?\n/)) {
      const masked = this.#masker.mask(each)
      this.lines.push(masked)
      this.#write(masked)
    }
  }

  section(text: string): void {
    this.line(`##[section]${text}`)
  }

  debug(text: string): void {
    if (this.#isDebugging) this.line(`##[debug]${text}`)
  }

  error(message: string): void {
    this.issue({ type: 'error', message })
  }

  warning(message: string): void {
    this.issue({ type: 'warning', message })
  }

  /** Writes an issue and keeps it; only the first ten errors and ten warnings of a step are kept. */
  issue(issue: Issue): void {
    const message = this.#masker.mask(located(issue))
    if (this.issues.filter(({ type }) => type === issue.type).length < mostIssues)
      this.issues.push({ ...issue, message })
    this.line(`##[${issue.type}]${message}`)
  }
}

/** With a source path, the message says where: `path(line,column): error code: message`. */
function located({ type, message, sourcePath, line, column, code }: Issue): string {
  if (sourcePath === undefined) return message
  const kind = code === undefined ? type : `${type} ${code}`
  return `${sourcePath}(${String(line ?? 0)},${String(column ?? 0)}): ${kind}: ${message}`
}
