import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'
import { readManifest, taskNames } from './support/task-sources.ts'

const root = join(import.meta.dirname, '..')
const record = 'tests/data/contract-1.json'
const types = v.record(v.string(), v.string())
const contractSchema = v.strictObject({
  tasks: v.record(v.string(), v.strictObject({ inputs: types, outputs: v.array(v.string()) })),
  templates: v.record(v.string(), types),
})
const templateSchema = v.looseObject({ parameters: v.array(v.looseObject({ name: v.string(), type: v.string() })) })

/** All that pipelines name, one entry a line: `PlatformImageCheck input platform: string`. */
function entriesOf({ tasks, templates }: v.InferOutput<typeof contractSchema>): string[] {
  const typed = (owner: string, entries: Readonly<Record<string, string>>) =>
    Object.entries(entries).map(([name, type]) => `${owner} ${name}: ${type}`)
  return [
    ...Object.entries(tasks).flatMap(([task, { inputs, outputs }]) => [
      ...typed(`${task} input`, inputs),
      ...outputs.map((name) => `${task} output ${name}`),
    ]),
    ...Object.entries(templates).flatMap(([file, parameters]) => typed(`${file} parameter`, parameters)),
  ]
}

function currentContract(): v.InferOutput<typeof contractSchema> {
  const typesOf = (entries: readonly { readonly name: string; readonly type: string }[]) =>
    Object.fromEntries(entries.map(({ name, type }) => [name, type]))
  const tasks = taskNames().map((task) => {
    const { inputs, outputVariables } = readManifest(task)
    return [task, { inputs: typesOf(inputs), outputs: outputVariables.map(({ name }) => name) }] as const
  })
  const templates = readdirSync(join(root, 'shared-templates')).map((file) => {
    const { parameters } = v.parse(templateSchema, parse(readFileSync(join(root, 'shared-templates', file), 'utf8')))
    return [file, typesOf(parameters)] as const
  })
  return { tasks: Object.fromEntries(tasks), templates: Object.fromEntries(templates) }
}

describe('the public contract of version 1', () => {
  const recorded = entriesOf(v.parse(contractSchema, JSON.parse(readFileSync(join(root, record), 'utf8'))))
  const current = entriesOf(currentContract())

  it('keeps every input, output and parameter that it has', () => {
    const missing = recorded.filter((entry) => !current.includes(entry))

    assert.deepEqual(
      missing,
      [],
      'Pipelines use these names. Give them back; only another major version may drop them.',
    )
  })

  it('is recorded as a whole', () => {
    const unrecorded = current.filter((entry) => !recorded.includes(entry))

    assert.deepEqual(unrecorded, [], `These are new, and stay once they are released. Add them to ${record}.`)
  })
})
