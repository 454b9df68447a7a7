import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'
import { readManifest, taskNames } from './support/task-sources.ts'

const root = join(import.meta.dirname, '..')
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))].filter((page) =>
  page.endsWith('.md'),
)

/** The parts of every YAML block that name something of ours. */
const examples = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm)].map(([, text = ''], index) => ({
    block: `${page}, block ${String(index + 1)}`,
    // The template for CloudFormation has tags that YAML alone does not know.
    parts: objectsIn(parse(text, { logLevel: 'error' })),
  })),
)
const taskStep = v.looseObject({ task: v.string(), inputs: v.optional(v.record(v.string(), v.unknown())) })
const templateUse = v.looseObject({ template: v.string(), parameters: v.record(v.string(), v.unknown()) })
const parameterSchema = v.object({ name: v.string(), default: v.optional(v.unknown()) })

describe('the YAML in README and docs', () => {
  it('shows every task, and the template', () => {
    const parts = examples.flatMap((example) => example.parts)
    const tasks = parts.filter((part) => v.is(taskStep, part)).map(({ task }) => task.replace('@1', ''))

    for (const name of taskNames()) assert.ok(tasks.includes(name), name)
    assert.ok(parts.some((part) => v.is(templateUse, part)))
  })

  for (const { block, parts } of examples) {
    for (const { task, inputs = {} } of parts.filter((part) => v.is(taskStep, part))) {
      const [name = '', version] = task.split('@')
      if (!taskNames().includes(name)) continue

      it(`gives ${task} what it has and needs (${block})`, () => {
        const { inputs: declared } = readManifest(name)
        const required = declared.filter((input) => input.required && input.defaultValue === undefined)

        assert.equal(version, '1')
        assertNames(Object.keys(inputs), { known: declared, required })
      })
    }

    for (const { template, parameters } of parts.filter((part) => v.is(templateUse, part))) {
      it(`gives ${basename(template)} what it has and needs (${block})`, () => {
        const text = readFileSync(join(root, 'shared-templates', basename(template).replace(/@\w+$/, '')), 'utf8')
        const { parameters: declared } = v.parse(v.looseObject({ parameters: v.array(parameterSchema) }), parse(text))
        const required = declared.filter((parameter) => parameter.default === undefined)

        assertNames(Object.keys(parameters), { known: declared, required })
      })
    }
  }
})

interface Names {
  readonly known: readonly { readonly name: string }[]
  readonly required: readonly { readonly name: string }[]
}

function assertNames(given: readonly string[], { known, required }: Names): void {
  for (const name of given) assert.ok(known.some((one) => one.name === name) || name.startsWith('${{'), name)
  for (const { name } of required) assert.ok(given.includes(name), name)
}

/** Every object in a document, the outer ones first. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn)
  if (typeof value !== 'object' || value === null) return []
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)]
}
