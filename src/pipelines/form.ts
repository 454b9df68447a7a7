import { inputOf } from '../model/invalid-input.ts'
import { InvalidValue } from '../model/invalid-value.ts'
import type { Mask } from '../model/mask.ts'
import type { Explainer } from '../problems/explain.ts'

/** What a task declares about itself once; `task.json` says the same to the agent. */
export interface TaskForm {
  readonly inputs: Form
  /** The names of the output variables. */
  readonly outputs: readonly string[]
  /** The words for what the task can meet. */
  readonly problems: readonly Explainer[]
}

/** The inputs of a task by name. `src/pipelines/fields.ts` has the kinds of field. */
export type Form = Readonly<Record<string, Field<unknown>>>

/** One input: what `task.json` says of it, and how its text becomes a value. */
export interface Field<Value> {
  /** The types that it may have in `task.json`. */
  readonly types: readonly string[]
  /** Whether the form insists on a value. */
  readonly required: boolean
  /** What the form holds until somebody changes it. */
  readonly default?: string
  /** What a list offers. */
  readonly options?: readonly string[]
  /** Throws InvalidValue. Secrets are masked before anything else is done with them. */
  readonly read: (raw: RawInput, mask: Mask) => Value
}

/** One input as the agent hands it over. Nothing is looked at before it is asked for. */
export interface RawInput {
  /** As it is written; undefined or empty where the field is. */
  readonly text: () => string | undefined
  /** As `text`, but kept out of the debug log. */
  readonly secretText: () => string | undefined
  /** Whether a path is given. The agent makes an empty one the repository's root. */
  readonly hasPath: () => boolean
  /** The fields of the service connection that the input names; undefined where the input is empty. */
  readonly connection: () => ConnectionFields | undefined
}

/** The authorization of a service connection, by its parameters' names. */
export type ConnectionFields = Readonly<Record<string, string>>

/** The inputs of a form, each read when it is asked for: `inputs.platform()`. Reading throws InvalidInput. */
export type Inputs<Fields extends Form> = {
  readonly [Name in keyof Fields]: () => Fields[Name] extends Field<infer Value> ? Value : never
}

/** A value for every output variable of a task; undefined becomes empty. */
export type Outputs<Task extends TaskForm> = Readonly<Record<Task['outputs'][number], string | boolean | undefined>>

/** Gives a form's inputs their texts. */
export function readForm<Fields extends Form>(
  form: Fields,
  rawInput: (name: string) => RawInput,
  mask: Mask,
): Inputs<Fields> {
  const readings = Object.entries(form).map(([name, field]) => [
    name,
    () => namingInput(name, () => field.read(rawInput(name), mask)),
  ])
  return Object.fromEntries(readings) as Inputs<Fields>
}

/** Reads a value of an input: where it breaks a rule, the InvalidInput names it. */
export function namingInput<Value>(input: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw error instanceof InvalidValue ? inputOf(input, error) : error
  }
}
