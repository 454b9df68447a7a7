/** A compiler's warning, and how often the build told it. */
export interface BuildWarning {
  /** As printed, without the project or solution behind it. */
  readonly text: string
  readonly times: number
}

/** What the compiler and MSBuild warn of in one build. */
export interface WarningCollector {
  /** Takes a line that the build printed. */
  take(line: string): void
  /** Each warning once, in the order of their first lines. */
  warnings(): readonly BuildWarning[]
  /** Whether the builder left lines out, so that there may be more. */
  isCut(): boolean
}

/** MSBuild tells a warning where it occurs and again at the end, and once for each project and target framework. */
export function collectWarnings(): WarningCollector {
  const counts = new Map<string, number>()
  let isCut = false
  return {
    take(line) {
      isCut ||= clipped.test(line)
      const text = readWarning(line)
      if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1)
    },
    warnings: () => [...counts].map(([text, times]) => ({ text, times })),
    isCut: () => isCut,
  }
}

/** `Program.cs(5,17): warning CS0219: ...`; `, 2 times` where the build told it more than once. */
export function formatWarning({ text, times }: BuildWarning): string {
  return times === 1 ? text : `${text} (${String(times)} times)`
}

/** The first of them, as many as the agent shows of one step, and how many more there are. */
export function listWarnings(warnings: readonly BuildWarning[]): string[] {
  const shown = warnings.slice(0, warnings.length > shownWarnings ? shownWarnings - 1 : shownWarnings)
  const hidden = warnings.length - shown.length
  return [...shown.map(formatWarning), ...(hidden === 0 ? [] : [`and ${String(hidden)} more`])]
}

const shownWarnings = 10

/**
 * The warning that a line tells in the form that MSBuild and its compilers share; undefined for any other line. A code
 * makes it one, such as CS0618; without one MSBuild's own spelling does, ` : warning :` or `(5,17): warning :`, since
 * other programs write `dpkg: warning: ...`.
 * https://learn.microsoft.com/visualstudio/msbuild/msbuild-diagnostic-format-for-tasks
 */
export function readWarning(line: string): string | undefined {
  const text = line
    .trim()
    .replace(/^\d+>\s*/, '')
    .replace(/ \[[^[\]]+(?:proj(?:::[^[\]]*)?|\.slnx?)\]$/, '')
  return withCode.test(text) || inOwnSpelling.test(text) ? text : undefined
}

// Its origin ends at the first colon before a blank.
const withCode = /^(?:\S(?:(?!: ).)*: )?(?:[\w ]+ )?warning [A-Za-z][\w-]*\d+ ?:/
const inOwnSpelling = /^\S(?:(?!: ).)*(?: :|\):) (?:[\w ]+ )?warning(?: [^\s:]+)? ?: /
/** https://github.com/moby/buildkit/blob/master/util/progress/logs/logs.go */
const clipped = /^\[output clipped, log limit .* reached\]/
