import type { LogicalLine, Place } from './logical-line.ts'

/** The character that escapes others and continues lines; `# escape=` chooses. */
export type Escape = '\\' | '`'

/** A Dockerfile, taken apart once for everybody who asks something of it. */
export interface ParsedDockerfile {
  /** The file as written; all offsets point into it. */
  readonly text: string
  readonly escape: Escape
  /** In the order of the file: `syntax`, `escape`, `check`. */
  readonly directives: readonly Directive[]
  /** The image that reads the file, as `# syntax=` names it. */
  readonly syntax?: Place & { readonly written: string }
  /** In the order of the file, as far as it can be read. */
  readonly instructions: readonly Instruction[]
  /** Why no builder takes the file, the first reason in its order; undefined where one may. */
  readonly problem?: Problem
}

export interface Directive {
  readonly name: string
  readonly value: string
  /** Counted from 1. */
  readonly line: number
}

export interface Instruction {
  /** In upper case: `FROM`. It may be one that nobody knows. */
  readonly keyword: string
  /** Where it begins, counted from 1. */
  readonly line: number
  /** Offsets of its first line's start and of the first line behind it, heredocs included. */
  readonly start: number
  readonly end: number
  readonly source: LogicalLine
  /** What stands between the keyword and the arguments: `--from=build`. */
  readonly flags: readonly Flag[]
  /** Everything behind the flags, without spaces at its ends, and its index in `source`. */
  readonly rest: string
  readonly restIndex: number
  /** The arguments where they are written as a JSON array of texts. */
  readonly list: readonly string[] | undefined
  /** Whether they are such an array, but not of texts alone: no builder takes it. */
  readonly isMixedList: boolean
  readonly heredocs: readonly Heredoc[]
  /** Of ONBUILD: the instruction that it keeps for later. */
  readonly trigger: Instruction | undefined
}

export interface Problem {
  /** Continues "Line 3 of the Dockerfile"; holds no text of the file but known words. */
  readonly problem: string
  /** Counted from 1; undefined where the whole file is meant. */
  readonly line?: number
  /** Whether a reader that `# syntax=` names may see it otherwise. */
  readonly isUnknownWord?: true
}

/** A word such as `--from=build`, without the quotes and escapes that it may be written with. */
export interface Flag {
  /** Without its dashes: `from`. */
  readonly name: string
  /** Undefined where no `=` follows the name. */
  readonly value?: string
  /** The characters of the value, as they are written. */
  readonly characters: readonly Character[]
}

/** Where a character of a flag stands in its logical line, with the escape before it. */
export interface Character {
  readonly start: number
  readonly end: number
  /** The quotes around it, by the index of the first; -1 where there are none. */
  readonly quote: number
}

/** The start of a heredoc: its text follows the instruction and ends with a line that is its name. */
export interface Heredoc {
  readonly name: string
  /** Whether tabs before its lines count for nothing: `<<-`. */
  readonly ignoresTabs: boolean
  /** Whether a space stands behind `<<`. */
  readonly isSpaced: boolean
}
