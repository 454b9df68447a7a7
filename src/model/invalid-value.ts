/**
 * What kind of mistake it is. `unknown-variable`: the text holds a pipeline variable that does not exist. `secret`: it
 * holds a secret where none can be kept. `outside`: a link leads out of the workspace. `other-images`: an archive holds
 * other images than the one that is wanted.
 */
export type Mistake = 'invalid' | 'missing' | 'unknown-variable' | 'secret' | 'outside' | 'other-images'

export interface InvalidValueOptions extends ErrorOptions {
  readonly mistake?: Mistake
  /** Of the value's lines, the one that is wrong; counted from 1. */
  readonly line?: number
}

/** A value breaks a rule. Whoever knows where the value was written says so: an input of a form, a field of a record. */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue'
  /** What is wrong, without a subject and a full stop: `is "x", which is not a platform`. */
  readonly reason: string
  /** The sentence that says how to write it, where the reason does not tell; without a full stop. */
  readonly rule: string | undefined
  readonly mistake: Mistake
  readonly line: number | undefined

  constructor(reason: string, rule?: string, { mistake = 'invalid', line, ...options }: InvalidValueOptions = {}) {
    super(reason, options)
    this.line = line
    this.reason = reason
    this.rule = rule
    this.mistake = mistake
  }
}
