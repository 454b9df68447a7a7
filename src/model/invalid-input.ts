/**
 * What a person gave breaks a rule; nothing was touched yet. Made of two parts of a sentence about the field:
 * `is "x", which is not a platform` and `Write it as linux/amd64`.
 */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'
  /** The input of the form, by its name in YAML. */
  readonly field: string
  /** What is wrong, behind the field's name; without a full stop. */
  readonly reason: string
  /** What to do, as sentences without a full stop. */
  readonly advice: readonly string[]

  constructor(field: string, reason: string, advice: string | readonly string[] = [], options?: ErrorOptions) {
    super(`${field} ${reason}`, options)
    this.field = field
    this.reason = reason
    this.advice = typeof advice === 'string' ? [advice] : advice
  }
}
