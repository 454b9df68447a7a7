import { resolve } from 'node:path'
import type { ConnectionStandIn, ServiceConnection } from '../contract.ts'
import { PipelineError } from '../position.ts'
import type { ScalarNode } from '../template/yaml-tree.ts'
import type { TaskDefinition, TaskInput } from './task-definition.ts'
import type { ResolvedVariables } from './variables.ts'
import { replaceMacros } from './variables.ts'

/** The inputs of one step as the YAML gives them, by the names or aliases used there. */
export type GivenInputs = ReadonlyMap<string, ScalarNode>

/** What turns the YAML of inputs into the values that a task reads. */
export interface InputSources {
  readonly variables: ResolvedVariables
  readonly environment: Readonly<Record<string, string>>
  readonly connections: readonly ServiceConnection[]
  readonly standIn?: ConnectionStandIn | undefined
  /** Root for `filePath` inputs. */
  readonly root: string
}

export interface TaskInputs {
  /** Values by the names of `task.json`. */
  readonly values: ReadonlyMap<string, string>
  /** The service connections that `connectedService:` inputs name. */
  readonly connections: readonly ServiceConnection[]
}

/** Throws a {@link PipelineError} at an input that the task does not have. */
export function assertKnownInputs(task: TaskDefinition, given: GivenInputs): void {
  const known = new Set(task.inputs.flatMap(namesOf))
  for (const [name, { at }] of given) {
    if (!known.has(name.toLowerCase())) throw new PipelineError(at, `The task '${task.name}' has no input '${name}'`)
  }
}

/** Defaults, then the YAML, then macros; paths become absolute and service connections become ids. */
export function readTaskInputs(task: TaskDefinition, given: GivenInputs, from: InputSources): TaskInputs {
  const values = new Map<string, string>()
  const connections: ServiceConnection[] = []
  for (const input of task.inputs) {
    const scalar = givenFor(input, given)
    const value = expand(scalar?.text ?? String(input.defaultValue), from)
    if (input.type.startsWith('connectedService:')) {
      const named = namesIn(value).map((name) => {
        const found = findConnection(name, typeOf(input), from)
        if (found === undefined) throw unknownConnection(input, name, scalar)
        return found
      })
      for (const connection of named) assertType(input, connection, scalar)
      connections.push(...named)
      values.set(input.name, named.map(({ id }) => id).join(','))
    } else {
      values.set(input.name, input.type === 'filePath' ? resolve(from.root, value) : value)
    }
  }
  return { values, connections }
}

function namesOf(input: TaskInput): string[] {
  return [input.name, ...input.aliases].map((name) => name.toLowerCase())
}

function givenFor(input: TaskInput, given: GivenInputs): ScalarNode | undefined {
  const names = namesOf(input)
  for (const [name, scalar] of given) if (names.includes(name.toLowerCase())) return scalar
  return undefined
}

/** Variables first, then what is left from the process environment. */
function expand(text: string, { variables, environment }: InputSources): string {
  return replaceMacros(variables.expand(text.trim()), (name) => environment[name])
}

function namesIn(value: string): readonly string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function findConnection(
  name: string,
  type: string,
  { connections, standIn }: InputSources,
): ServiceConnection | undefined {
  return connections.find((connection) => connection.name === name || connection.id === name) ?? standIn?.(name, type)
}

function unknownConnection(input: TaskInput, name: string, scalar: ScalarNode | undefined): Error {
  return problemOf(scalar, `The input '${input.name}' references service connection ${name} which could not be found`)
}

/** `connectedService:<type>`, after which a list of authorization schemes may come. */
function typeOf(input: TaskInput): string {
  return input.type.split(':')[1] ?? ''
}

function assertType(input: TaskInput, { name, type }: ServiceConnection, scalar: ScalarNode | undefined): void {
  const wanted = typeOf(input)
  if (wanted.toLowerCase() === type.toLowerCase()) return
  const problem = `The input '${input.name}' expects a service connection of type ${wanted}`
  throw problemOf(scalar, `${problem}, but the service connection ${name} is of type ${type}`)
}

function problemOf(scalar: ScalarNode | undefined, problem: string): Error {
  return scalar === undefined ? new Error(problem) : new PipelineError(scalar.at, problem)
}
