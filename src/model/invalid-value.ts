/** A value breaks a rule. Whoever knows where the value was written says so: an input of a form, a field of a record. */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue'
  /** What is wrong, without a subject and a full stop: `is "x", which is not a platform`. */
  readonly reason: string
  /** The sentence that says how to write it, where the reason does not tell. */
  readonly rule: string | undefined

  constructor(reason: string, rule?: string, options?: ErrorOptions) {
    super(`The value ${[`${reason}.`, rule].filter(Boolean).join(' ')}`, options)
    this.reason = reason
    this.rule = rule
  }
}
