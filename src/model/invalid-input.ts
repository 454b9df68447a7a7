import { InvalidValue, type InvalidValueOptions, type Mistake } from './invalid-value.ts'

/** What a person wrote into a form cannot be used; the task has changed nothing yet. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'
  /** The input of the form, by its name in YAML. */
  readonly field: string
  /** What is wrong, behind the field's name; without a full stop. */
  readonly reason: string
  /** What to do, a sentence each, without full stops. */
  readonly advice: readonly string[]
  readonly mistake: Mistake
  /** Of the field's lines, the one that is wrong; counted from 1. */
  readonly line: number | undefined

  constructor(field: string, cause: Pick<InvalidValue, 'reason' | 'mistake' | 'line'>, ...advice: readonly string[]) {
    super(`${field} ${cause.reason}`, { cause })
    this.field = field
    this.reason = cause.reason
    this.advice = advice
    this.mistake = cause.mistake
    this.line = cause.line
  }
}

/** An input that breaks a rule; see InvalidValue for the parts of the sentence. */
export function invalidInput(
  field: string,
  reason: string,
  rule?: string,
  options?: InvalidValueOptions,
): InvalidInput {
  return inputOf(field, new InvalidValue(reason, rule, options))
}

/** The input that holds a value which breaks a rule. */
export function inputOf(field: string, value: InvalidValue): InvalidInput {
  return new InvalidInput(field, value, ...(value.rule === undefined ? [] : [value.rule]))
}
