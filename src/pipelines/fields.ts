import { InvalidValue } from '../model/invalid-value.ts'
import type { Mask } from '../model/mask.ts'
import type { NumberedLine } from '../model/numbered-line.ts'
import type { ConnectionFields, Field, RawInput } from './form.ts'

/** What is left of a list where entries with a variable that does not exist are left out. */
export interface Lenient<Value> {
  readonly kept: Value
  readonly leftOut: readonly string[]
}

interface Default {
  readonly default?: string
}

/** A text that must be there. */
export function text(): Field<string>
export function text<Value>(parse: (text: string) => Value, form?: Default): Field<Value>
export function text(parse: (text: string) => unknown = asWritten, form: Default = {}): Field<unknown> {
  return { types: ['string'], required: true, ...form, read: (raw) => parse(textOf(raw)) }
}

/** A text that may be left out. */
export function optionalText(): Field<string | undefined>
export function optionalText<Value>(parse: (text: string) => Value): Field<Value | undefined>
export function optionalText(parse: (text: string) => unknown = asWritten): Field<unknown> {
  return { types: ['string'], required: false, read: (raw) => ifThere(optionalTextOf(raw), parse) }
}

/** A text that may be left out, for which the form suggests values. */
export function suggestedText(): Field<string | undefined> {
  return { ...optionalText(), types: ['pickList'] }
}

/** A text that may be left out; the form's own default takes its place. */
export function textOr(fallback: string): Field<string> {
  return { types: ['string'], required: false, default: fallback, read: (raw) => optionalTextOf(raw) ?? fallback }
}

/** An optional text with the blanks and line ends around it, as far as the agent leaves them. */
export function exactText(): Field<string | undefined> {
  return { types: ['multiLine'], required: false, read: (raw) => expanded(presentIn(raw.text())) }
}

/** An optional text that is kept out of the debug log too. Mask it before its first use. */
export function secret<Value>(parse: (secret: string) => Value): Field<Value | undefined> {
  return {
    types: ['string'],
    required: false,
    read: (raw) => ifThere(expanded(presentIn(raw.secretText()?.trim())), parse),
  }
}

/** One of these, in any case. The first is the default. */
export function choice<const Choice extends string>(...choices: readonly [Choice, ...Choice[]]): Field<Choice> {
  return {
    types: ['pickList', 'string'],
    required: true,
    default: choices[0],
    options: choices,
    read: (raw) => chooseFrom(choices, raw),
  }
}

/** A check box. */
export function flag(isSet: boolean): Field<boolean> {
  return { types: ['boolean'], required: false, default: String(isSet), read: readFlag }
}

/** A list of `true` and `false`, which can hold a variable, as a check box cannot. */
export function editableFlag(isSet: boolean): Field<boolean> {
  return {
    types: ['pickList'],
    required: true,
    default: String(isSet),
    options: [String(isSet), String(!isSet)],
    read: readFlag,
  }
}

/** A whole number within limits, both included. */
export function wholeNumber(range: { readonly from: number; readonly to: number; readonly default: number }) {
  const { from, to } = range
  const parse = (digits: string) => {
    const number = Number(digits)
    if (/^\d+$/.test(digits) && from <= number && number <= to) return number
    throw new InvalidValue(`is "${digits}"`, `Give a whole number from ${String(from)} to ${String(to)}`)
  }
  return text(parse, { default: String(range.default) })
}

/** A list, separated by new lines, commas and spaces; undefined where it is empty. */
export function optionalList<Value>(parse: (entries: readonly string[]) => Value): Field<Value | undefined> {
  return multiLine((raw) => {
    const entries = splitList(optionalTextOf(raw))
    return entries.length === 0 ? undefined : parse(entries)
  })
}

/** Lines that are not blank. */
export function lines<Value>(parse: (lines: readonly NumberedLine[], mask: Mask) => Value): Field<Value> {
  return multiLine((raw, mask) => parse(splitLines(expanded(raw.text())), mask))
}

/** A list, separated by new lines, commas and spaces; entries with a variable that does not exist are left out. */
export function lenientList(): Field<Lenient<readonly string[]>> {
  return multiLine((raw) => {
    const entries = splitList(raw.text())
    return { kept: entries.filter(isExpanded), leftOut: entries.filter((entry) => !isExpanded(entry)) }
  })
}

/** Lines that are not blank; those with a variable that does not exist are left out. */
export function lenientLines<Value>(
  parse: (lines: readonly NumberedLine[]) => Value,
  form: Default = {},
): Field<Lenient<Value>> {
  const read = (raw: RawInput) => {
    const all = splitLines(raw.text())
    return {
      kept: parse(all.filter((line) => isExpanded(line.text))),
      leftOut: all.map((line) => line.text).filter((line) => !isExpanded(line)),
    }
  }
  return { ...multiLine(read), ...form }
}

/** The absolute path of a file; undefined where the field is empty. */
export function optionalFile(): Field<string | undefined> {
  return {
    types: ['filePath'],
    required: false,
    // The agent makes an empty path the repository's root, which is no file.
    read: (raw) => (raw.hasPath() ? optionalTextOf(raw) : undefined),
  }
}

/** The absolute path of a folder; the repository's root where the field is empty. */
export function folder(): Field<string> {
  return { types: ['filePath'], required: false, read: textOf }
}

/** As `folder`; undefined where the run has no repository. */
export function optionalFolder(): Field<string | undefined> {
  return { types: ['filePath'], required: false, read: optionalTextOf }
}

/** A service connection of a type; undefined where none is chosen. Its `id` is the GUID that the input holds. */
export function connection<Value>(
  type: string,
  parse: (fields: ConnectionFields, mask: Mask, id: string) => Value,
): Field<Value | undefined> {
  return {
    types: [`connectedService:${type}`],
    required: false,
    read: (raw, mask) => ifThere(raw.connection(), (fields) => parse(fields, mask, raw.text() ?? '')),
  }
}

/** A field that must be filled where it is read. The form cannot insist, since not every action reads it. */
export function requiredWhenRead<Value>(field: Field<Value>): Field<Value> {
  return { ...field, required: false }
}

function multiLine<Value>(read: Field<Value>['read']): Field<Value> {
  return { types: ['multiLine'], required: false, read }
}

function asWritten(written: string): string {
  return written
}

function ifThere<Given, Value>(given: Given | undefined, parse: (given: Given) => Value): Value | undefined {
  return given === undefined ? undefined : parse(given)
}

function textOf(raw: RawInput): string {
  const written = optionalTextOf(raw)
  if (written === undefined) throw new InvalidValue('is required, but empty', undefined, { mistake: 'missing' })
  return written
}

function optionalTextOf(raw: RawInput): string | undefined {
  return expanded(presentIn(raw.text()?.trim()))
}

function presentIn(written: string | undefined): string | undefined {
  return written === '' ? undefined : written
}

function readFlag(raw: RawInput): boolean {
  return chooseFrom(['true', 'false'], raw) === 'true'
}

function chooseFrom<Choice extends string>(choices: readonly Choice[], raw: RawInput): Choice {
  const written = textOf(raw)
  const chosen = choices.find((candidate) => candidate.toLowerCase() === written.toLowerCase())
  if (chosen === undefined) throw new InvalidValue(`is "${written}"`, `Give one of ${choices.join(', ')}`)
  return chosen
}

function splitList(written = ''): string[] {
  return written.split(/[\s,]+/).filter((entry) => entry !== '')
}

function splitLines(written = ''): NumberedLine[] {
  return written
    .split(/\r?\n/)
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== '')
}

/** A macro that the agent could not expand, since there is no such variable. */
function unexpandedMacro(written: string): string | undefined {
  return /\$\([A-Za-z_][\w.-]*\)/.exec(written)?.[0]
}

function isExpanded(written: string): boolean {
  return unexpandedMacro(written) === undefined
}

function expanded(written: string | undefined): string | undefined {
  const macro = written === undefined ? undefined : unexpandedMacro(written)
  if (macro === undefined) return written
  const [step, output] = macro.slice(2, -1).split('.')
  const rule =
    output === undefined
      ? 'Define it, or correct its name'
      : `Is there a step named "${step ?? ''}" before this one, in this job?`
  throw new InvalidValue(`holds ${macro}, a variable that does not exist`, rule, { mistake: 'unknown-variable' })
}
