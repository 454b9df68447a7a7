/** A small Dockerfile, and what the builder makes of it. */
export interface DockerfileRow extends RowOptions {
  readonly what: string
  readonly text: string
  /** The stand-in that it is built on, or `scratch`; undefined where it is refused. */
  readonly base?: string
  /** The line that no builder takes, counted from 1 (0: the whole file), and what is wrong with it. */
  readonly refused?: { readonly line: number; readonly problem: string }
}

export interface RowOptions {
  readonly target?: string
  readonly buildArguments?: Readonly<Record<string, string>>
  /** Whether it takes anything from its context, which holds `app.txt`; it does not if not given. */
  readonly needsContext?: boolean
  /** The first major version of the engine that reads it so; each one if not given. */
  readonly engine?: number
  /** Why no engine can confirm it. */
  readonly notBuilt?: string
}

/** Stand-ins of base images, with a shell in them. The last is there without a tag as well. */
export const one = 'localhost/one:10.0'
export const two = 'localhost/two:9.0'
export const latest = 'localhost/three'

/** Built on the stand-in `one`. */
export const reads = (what: string, text: string, options: RowOptions = {}): DockerfileRow => {
  return { what, text, base: one, ...options }
}

export const readsOn = (base: string, what: string, text: string, options: RowOptions = {}): DockerfileRow => {
  return { what, text, base, ...options }
}

export const refuses = (
  what: string,
  text: string,
  [line, problem]: readonly [line: number, problem: string],
  options: RowOptions = {},
): DockerfileRow => ({ what, text, refused: { line, problem }, ...options })
