import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { readManifest, type TaskManifest, taskNames } from './support/task-sources.ts'

const generated = /(<!-- (inputs|outputs):.*?-->\n)[\s\S]*?(\n<!-- end of \2 -->)/g

describe('docs/tasks', () => {
  for (const task of taskNames()) {
    it(`says of ${task} what its form says`, async () => {
      const page = join(import.meta.dirname, '..', 'docs', 'tasks', `${task}.md`)
      const text = readFileSync(page, 'utf8')
      const lists: Readonly<Record<string, string>> = {
        inputs: inputsOf(readManifest(task)),
        outputs: outputsOf(readManifest(task)),
      }
      assert.deepEqual(
        [...text.matchAll(generated)].map(([, , list]) => list),
        Object.keys(lists),
      )

      const expected = await format(
        text.replace(
          generated,
          (_, before: string, list: string, after: string) => `${before}\n${lists[list] ?? ''}\n${after}`,
        ),
        { ...(await resolveConfig(page)), parser: 'markdown' },
      )
      if (process.env.UPDATE_DOCS === '1') writeFileSync(page, expected)

      assert.equal(readFileSync(page, 'utf8'), expected)
    })
  }
})

/** The inputs by groups: name, label, default and help of each. */
function inputsOf({ inputs, groups }: TaskManifest): string {
  const sections = [{ name: undefined, displayName: undefined }, ...groups].map(({ name, displayName }) => {
    const entries = inputs.filter(({ groupName }) => groupName === name).map(describeInput)
    return [...(displayName === undefined ? [] : [`### ${displayName}`]), entries.join('\n')].join('\n\n')
  })
  return sections.join('\n\n')
}

function describeInput({
  name,
  label,
  required,
  defaultValue,
  options,
  properties,
  helpMarkDown,
}: TaskManifest['inputs'][number]) {
  // A long list that people may also write past belongs into the form alone.
  const isSuggested = properties?.EditableOptions === 'True' && !required
  const facts = [
    label,
    ...(required && defaultValue === undefined ? ['required'] : []),
    ...(options === undefined || isSuggested ? [] : [`one of ${Object.keys(options).map(code).join(', ')}`]),
    ...(defaultValue === undefined ? [] : [`default ${code(defaultValue)}`]),
  ]
  return `- **${code(name)}** (${facts.join('; ')})<br>${helpMarkDown}`
}

function outputsOf({ outputVariables }: TaskManifest): string {
  return outputVariables.map(({ name, description }) => `- **${code(name)}**: ${description}`).join('\n')
}

function code(text: string): string {
  return `\`${text}\``
}
