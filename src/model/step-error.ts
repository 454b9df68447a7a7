/** A step ends for a reason that has nothing to do with its work. */
export class StepError extends Error {
  override readonly name = 'StepError'
  readonly what: 'cancelled' | 'on-old-node' | 'on-windows'

  constructor(what: StepError['what']) {
    super(what)
    this.what = what
  }
}
