import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

const handlerSchema = v.object({ target: v.string(), workingDirectory: v.optional(v.string()) })
const handlersSchema = v.record(v.string(), v.unknown())
const taskSchema = v.object({
  id: v.string(),
  name: v.string(),
  friendlyName: v.optional(v.string(), ''),
  description: v.optional(v.string(), ''),
  author: v.optional(v.string(), ''),
  helpUrl: v.optional(v.string()),
  helpMarkDown: v.optional(v.string()),
  version: v.object({ Major: v.number(), Minor: v.number(), Patch: v.number() }),
  inputs: v.optional(
    v.array(
      v.object({
        name: v.string(),
        type: v.string(),
        aliases: v.optional(v.array(v.string()), []),
        defaultValue: v.optional(v.union([v.string(), v.boolean()]), ''),
      }),
    ),
    [],
  ),
  outputVariables: v.optional(v.array(v.object({ name: v.string() })), []),
  restrictions: v.optional(
    v.object({
      commands: v.optional(v.object({ mode: v.picklist(['any', 'restricted']) })),
      settableVariables: v.optional(v.object({ allowed: v.array(v.string()) })),
    }),
    {},
  ),
  prejobexecution: v.optional(handlersSchema, {}),
  execution: v.optional(handlersSchema, {}),
  postjobexecution: v.optional(handlersSchema, {}),
})

/** A task folder: what its `task.json` says, and where it is. */
export interface TaskDefinition extends v.InferOutput<typeof taskSchema> {
  readonly folder: string
}

export type TaskInput = TaskDefinition['inputs'][number]
export type Restrictions = TaskDefinition['restrictions']
export type TaskHandler = v.InferOutput<typeof handlerSchema>
export type TaskPhase = 'prejobexecution' | 'execution' | 'postjobexecution'

/** Reads every task folder in `folder`; throws when a `task.json` is not one. */
export function readTasks(folder: string): readonly TaskDefinition[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'task.json')))
    .map((entry) => readTask(join(folder, entry.name)))
}

function readTask(folder: string): TaskDefinition {
  const file = join(folder, 'task.json')
  try {
    return { ...v.parse(taskSchema, JSON.parse(readFileSync(file, 'utf8'))), folder }
  } catch (error) {
    throw new Error(`Cannot read ${file}: ${String(error)}`, { cause: error })
  }
}

/** Finds `Name@1`, `publisher.extension.task.Name@1` or `<id>@1`; of several versions the highest. */
export function findTask(tasks: readonly TaskDefinition[], reference: string): TaskDefinition | undefined {
  const [, path = '', major] = /^([^@]+)@(\d+)$/.exec(reference) ?? []
  const name = path.split('.').at(-1)?.toLowerCase()
  return tasks
    .filter((task) => [task.name.toLowerCase(), task.id.toLowerCase()].includes(name ?? ''))
    .filter((task) => task.version.Major === Number(major))
    .toSorted((left, right) => left.version.Minor - right.version.Minor || left.version.Patch - right.version.Patch)
    .at(-1)
}

/** The Node handler the real agent prefers in that phase, if the task has one. */
export function handlerOf(task: TaskDefinition, phase: TaskPhase): TaskHandler | undefined {
  const known = ['Node24', 'Node20_1', 'Node16', 'Node10', 'Node'].find((name) => name in task[phase])
  return known === undefined ? undefined : v.parse(handlerSchema, task[phase][known])
}
