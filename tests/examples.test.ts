import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import MarkdownIt from 'markdown-it'
import * as v from 'valibot'
import { parse } from 'yaml'
import { markdownPages, root } from './support/markdown-pages.ts'
import { readManifest, taskNames } from './support/task-sources.ts'

const scalar = v.union([v.string(), v.number(), v.boolean()])
const step = v.looseObject({ task: v.string(), inputs: v.optional(v.record(v.string(), scalar), {}) })
const reference = v.looseObject({ template: v.string(), parameters: v.optional(v.record(v.string(), v.unknown()), {}) })
const templateSchema = v.looseObject({
  parameters: v.array(v.looseObject({ name: v.string(), default: v.optional(v.unknown()) })),
})

const examples = markdownPages.flatMap((page) => {
  const tokens = new MarkdownIt().parse(readFileSync(join(root, page), 'utf8'), {})
  const blocks = tokens.filter(({ type, info }) => type === 'fence' && /^ya?ml$/.test(info.trim()))
  return blocks.map(({ content, map }) => ({ place: `${page}:${String((map?.[0] ?? 0) + 1)}`, page, content }))
})

describe('the YAML examples of the pages', () => {
  it('show every task, and a template', () => {
    const text = examples.map(({ content }) => content).join('\n')

    assert.ok(examples.some(({ page }) => page === 'README.md'))
    for (const task of taskNames()) assert.ok(text.includes(`task: ${task}@1`), task)
    assert.match(text, /template: /)
  })

  for (const { place, content } of examples) {
    it(`give tasks and templates what they take: ${place}`, () => {
      const parts = partsOf(parse(content, { logLevel: 'error' }))

      assert.deepEqual(
        parts.flatMap((part) => [...faultsOfStep(part), ...faultsOfTemplate(part)]),
        [],
      )
    })
  }
})

/** Every mapping of a document, at any depth. */
function partsOf(node: unknown): object[] {
  if (typeof node !== 'object' || node === null) return []
  return [node, ...Object.values(node).flatMap(partsOf)]
}

function faultsOfStep(part: object): string[] {
  if (!v.is(step, part)) return []
  const { task, inputs } = v.parse(step, part)
  const [name = '', major] = task.split('@')
  if (!taskNames().includes(name)) return []
  const manifest = readManifest(name)
  const unknown = Object.keys(inputs).filter((input) => !manifest.inputs.some((known) => known.name === input))
  const missing = manifest.inputs.filter(
    (input) => input.required && input.defaultValue === undefined && !(input.name in inputs),
  )
  const illegal = manifest.inputs.filter(({ name: input, options, properties }) => {
    const value = String(inputs[input] ?? '')
    const isFree =
      options === undefined || properties?.EditableOptions === 'True' || value === '' || value.includes('$(')
    return !isFree && !Object.keys(options).includes(value)
  })
  return [
    ...(major === '1' ? [] : [`${task} is no version that there is`]),
    ...unknown.map((input) => `${name} has no input ${input}`),
    ...missing.map((input) => `${name} needs ${input.name}`),
    ...illegal.map((input) => `${name} does not take this ${input.name}`),
  ]
}

function faultsOfTemplate(part: object): string[] {
  if (!v.is(reference, part)) return []
  const { template, parameters } = v.parse(reference, part)
  const [path = ''] = template.split('@')
  const file = join(root, 'shared-templates', basename(path))
  if (!existsSync(file)) return [`there is no template ${template}`]
  const { parameters: known } = v.parse(templateSchema, parse(readFileSync(file, 'utf8')))
  const given = Object.keys(parameters).filter((name) => !name.startsWith('${{'))
  const unknown = given.filter((name) => !known.some((parameter) => parameter.name === name))
  const missing = known.filter((parameter) => parameter.default === undefined && !(parameter.name in parameters))
  return [
    ...unknown.map((name) => `${template} has no parameter ${name}`),
    ...missing.map(({ name }) => `${template} needs ${name}`),
  ]
}
