import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

const root = join(import.meta.dirname, '..', '..')
const tasks = join(root, 'tasks')

const handlers = v.record(v.string(), v.object({ target: v.string() }))
const manifestSchema = v.looseObject({
  id: v.string(),
  name: v.string(),
  groups: v.optional(v.array(v.looseObject({ name: v.string(), displayName: v.string() })), []),
  inputs: v.array(
    v.looseObject({
      name: v.string(),
      type: v.string(),
      label: v.string(),
      helpMarkDown: v.string(),
      required: v.boolean(),
      defaultValue: v.optional(v.string()),
      groupName: v.optional(v.string()),
      options: v.optional(v.record(v.string(), v.string())),
      properties: v.optional(v.record(v.string(), v.union([v.string(), v.boolean()]))),
    }),
  ),
  outputVariables: v.optional(v.array(v.looseObject({ name: v.string(), description: v.string() })), []),
  execution: handlers,
  postjobexecution: v.optional(handlers, {}),
  restrictions: v.object({ settableVariables: v.object({ allowed: v.array(v.string()) }) }),
})

export type TaskManifest = v.InferOutput<typeof manifestSchema>

/** The folders of the tasks. */
export function taskNames(): string[] {
  return readdirSync(tasks, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}

/** A task's task.json. */
export function readManifest(task: string): TaskManifest {
  return v.parse(manifestSchema, JSON.parse(readFileSync(join(tasks, task, 'task.json'), 'utf8')))
}

/** What an agent hands over where nobody touched the form. */
export function defaultInputs(task: string): Record<string, string> {
  return Object.fromEntries(
    readManifest(task).inputs.flatMap(({ name, defaultValue }) =>
      defaultValue === undefined ? [] : [[name, defaultValue]],
    ),
  )
}
