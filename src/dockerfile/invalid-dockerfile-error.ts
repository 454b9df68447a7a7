/** What is wrong with a Dockerfile. */
export type DockerfileFault =
  /** No builder takes it; the problem continues "Line 3 of the Dockerfile" and holds no text of the file. */
  | { readonly what: 'refused'; readonly problem: string }
  /** The image of its final FROM cannot be told: a variable has no value, or the text is no reference. */
  | { readonly what: 'unknown-base'; readonly needsValue: boolean }
  | { readonly what: 'no-stage'; readonly target: string }

interface Whereabouts extends ErrorOptions {
  readonly line?: number | undefined
  readonly path?: string
}

/** A Dockerfile cannot be understood, or does not hold what is wanted of it. */
export class InvalidDockerfileError extends Error {
  override readonly name = 'InvalidDockerfileError'
  readonly fault: DockerfileFault
  /** Counted from 1; undefined where the whole file is meant. */
  readonly line: number | undefined
  /** Absolute path, where another Dockerfile than the platform image's is meant. */
  readonly path: string | undefined

  constructor(fault: DockerfileFault, { line, path, ...options }: Whereabouts = {}) {
    super(`line ${String(line)}: ${fault.what}`, options)
    this.fault = fault
    this.line = line
    this.path = path
  }
}
