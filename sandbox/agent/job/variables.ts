/** A variable of the job as it was set, macros unexpanded. */
interface Variable {
  readonly name: string
  readonly value: string
  readonly isSecret: boolean
  readonly isReadOnly: boolean
}

/** A variable whose macros are expanded; one that contains a secret is a secret. */
export interface ResolvedVariable {
  readonly name: string
  readonly value: string
  readonly isSecret: boolean
}

const deepestMacro = 50

/** The variables of one job; names ignore case. */
export class Variables {
  readonly #variables = new Map<string, Variable>()

  set(name: string, value: string, options: { isSecret?: boolean; isReadOnly?: boolean } = {}): void {
    const before = this.#variables.get(name.toLowerCase())
    this.#variables.set(name.toLowerCase(), {
      name: before?.name ?? name,
      value,
      isSecret: options.isSecret === true || before?.isSecret === true,
      isReadOnly: options.isReadOnly === true || before?.isReadOnly === true,
    })
  }

  isReadOnly(name: string): boolean {
    return this.#variables.get(name.toLowerCase())?.isReadOnly === true
  }

  /** The values as they are now, for one step: what is set later does not change them. */
  resolve(): ResolvedVariables {
    return new ResolvedVariables([...this.#variables.values()].map((variable) => this.#resolveOne(variable, [])))
  }

  #resolveOne(variable: Variable, path: readonly string[]): ResolvedVariable {
    const name = variable.name.toLowerCase()
    let isSecret = variable.isSecret
    const value = replaceMacros(variable.value, (macro) => {
      const inner = this.#variables.get(macro.toLowerCase())
      if (inner === undefined || isCycle([...path, name], macro.toLowerCase())) return undefined
      const resolved = this.#resolveOne(inner, [...path, name])
      isSecret ||= resolved.isSecret
      return resolved.value
    })
    return { name: variable.name, value, isSecret }
  }
}

/** A macro that leads back to itself, or too deep, stays as it is written. */
function isCycle(path: readonly string[], next: string): boolean {
  return path.includes(next) || path.length >= deepestMacro
}

/** A snapshot of all variables. */
export class ResolvedVariables {
  readonly #byName: ReadonlyMap<string, ResolvedVariable>

  constructor(variables: readonly ResolvedVariable[]) {
    this.#byName = new Map(variables.map((variable) => [variable.name.toLowerCase(), variable]))
  }

  get all(): readonly ResolvedVariable[] {
    return [...this.#byName.values()]
  }

  /** Values by name, for conditions. */
  get values(): ReadonlyMap<string, string> {
    return new Map(this.all.map(({ name, value }) => [name, value]))
  }

  get(name: string): string | undefined {
    return this.#byName.get(name.toLowerCase())?.value
  }

  /** Replaces each `$(name)` once; an unknown one stays as it is. */
  expand(text: string): string {
    return replaceMacros(text, (name) => this.get(name))
  }
}

/** Replaces each `$(name)` that `lookUp` knows, from left to right; replacements are not searched again. */
export function replaceMacros(text: string, lookUp: (name: string) => string | undefined): string {
  let replaced = ''
  let offset = 0
  for (;;) {
    const start = text.indexOf('$(', offset)
    const end = start === -1 ? -1 : text.indexOf(')', start)
    if (end === -1) return replaced + text.slice(offset)
    const value = lookUp(text.slice(start + 2, end))
    const next = value === undefined ? start + 2 : end + 1
    replaced += text.slice(offset, start) + (value ?? '$(')
    offset = next
  }
}
