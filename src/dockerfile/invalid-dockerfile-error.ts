/** A Dockerfile that cannot be understood; says on which line and why. */
export class InvalidDockerfileError extends Error {
  override readonly name = 'InvalidDockerfileError'
  /** Continues "The Dockerfile" or "Line 3 of the Dockerfile". */
  readonly problem: string
  /** Counted from 1; undefined where the whole file is meant. */
  readonly line: number | undefined

  constructor(problem: string, line?: number) {
    super(line === undefined ? `The Dockerfile ${problem}` : `Line ${String(line)} of the Dockerfile ${problem}`)
    this.problem = problem
    this.line = line
  }
}
