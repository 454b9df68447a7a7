import * as agent from 'azure-pipelines-task-lib/task.js'
import { PassThrough } from 'node:stream'
import { InputError } from '../model/input-error.ts'

/** The fields of a task's form, read one by one; each reading throws InputError where the value cannot be used. */
export interface Inputs {
  /** A text that must be there. */
  text(name: string): string
  /** A text that may be left out. */
  optionalText(name: string): string | undefined
  /** As `optionalText`, with the blanks and line ends around it as far as the agent leaves them. */
  exactText(name: string): string | undefined
  /** As `optionalText`, but kept out of the debug log too: mask it before its first use. */
  optionalSecret(name: string): string | undefined
  /** One of these, in any case. */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice
  /** A check box, or a list of `true` and `false` that can hold a variable. */
  flag(name: string): boolean
  /** A list, separated by new lines, commas and spaces. */
  list(name: string): string[]
  /** Lines that are not blank, with their numbers counted from 1. */
  lines(name: string): { readonly text: string; readonly number: number }[]
  /** As `list`, but an entry with a variable that does not exist is left out; `leftOut` hears of it. */
  lenientList(name: string, leftOut: (entry: string) => void): string[]
  /** As `lines`, but a line with a variable that does not exist is left out; `leftOut` hears of it. */
  lenientLines(name: string, leftOut: (line: string) => void): { readonly text: string; readonly number: number }[]
  /** A path of a file, absolute; undefined where the field is empty. */
  file(name: string): string | undefined
  /** A path of a folder, absolute; the repository's root where the field is empty. */
  folder(name: string): string
}

/** Reads inputs as the agent hands them over. */
export function agentInputs(): Inputs {
  function text(name: string): string {
    const value = optionalText(name)
    if (value === undefined) throw new InputError(name, 'is required, but empty.')
    return value
  }

  function choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const value = text(name)
    const chosen = choices.find((candidate) => candidate.toLowerCase() === value.toLowerCase())
    if (chosen === undefined) throw new InputError(name, `is "${value}". Give one of ${choices.join(', ')}.`)
    return chosen
  }

  return {
    text,
    optionalText,
    exactText,
    optionalSecret: (name) => silently(() => optionalText(name)),
    choice,
    flag: (name) => choice(name, ['true', 'false']) === 'true',
    list(name) {
      const list = splitList(read(name) ?? '')
      for (const entry of list) requireExpanded(name, entry)
      return list
    },
    lines: (name) => splitLines(optionalText(name) ?? ''),
    lenientList: (name, leftOut) => splitList(read(name) ?? '').filter((entry) => isExpanded(entry, leftOut)),
    lenientLines: (name, leftOut) => splitLines(read(name) ?? '').filter(({ text }) => isExpanded(text, leftOut)),
    // The agent makes an empty path the repository's root, which is no file.
    file: (name) => (agent.filePathSupplied(name) ? optionalText(name) : undefined),
    folder: text,
  }
}

function read(name: string): string | undefined {
  return presentIn(agent.getInput(name)?.trim())
}

function optionalText(name: string): string | undefined {
  return expanded(name, read(name))
}

function exactText(name: string): string | undefined {
  return expanded(name, presentIn(agent.getInput(name)))
}

function presentIn(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

function expanded(name: string, value: string | undefined): string | undefined {
  if (value !== undefined) requireExpanded(name, value)
  return value
}

/** The library repeats each input in the debug log, where one that is not masked yet would be seen. */
function silently<Value>(reading: () => Value): Value {
  agent.setStdStream(new PassThrough())
  try {
    return reading()
  } finally {
    agent.setStdStream(process.stdout)
  }
}

function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '')
}

function splitLines(text: string): { readonly text: string; readonly number: number }[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== '')
}

function isExpanded(entry: string, leftOut: (entry: string) => void): boolean {
  const isWhole = unexpandedMacro(entry) === undefined
  if (!isWhole) leftOut(entry)
  return isWhole
}

/** A macro that the agent could not expand, since there is no such variable. */
function unexpandedMacro(value: string): string | undefined {
  return /\$\([A-Za-z_][\w.-]*\)/.exec(value)?.[0]
}

function requireExpanded(name: string, value: string): void {
  const macro = unexpandedMacro(value)
  if (macro === undefined) return
  const [step, output] = macro.slice(2, -1).split('.')
  const hint =
    output === undefined
      ? 'Define it, or correct its name.'
      : `Is there a step named "${step ?? ''}" before this one, in this job?`
  throw new InputError(name, `holds ${macro}, a variable that does not exist. ${hint}`)
}
