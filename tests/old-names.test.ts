import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

const root = join(import.meta.dirname, '..')
const folders = [
  'src',
  'tasks',
  'sandbox',
  'scripts',
  'tests',
  'docs',
  'shared-templates',
  'platform-images',
  'integration-tests',
]
const list = join('tests', 'data', 'old-names.json')

/** Names that were given up before the first release: somebody who remembers one must not find it again as something else. */
const oldNames = v.parse(v.array(v.string()), JSON.parse(readFileSync(join(root, list), 'utf8')))

describe('old names', () => {
  it('are gone', () => {
    const files = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    files.push('README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'package.json', 'vss-extension.json')
    const texts = files.filter((file) => /\.(ts|mjs|js|json|md|yml)$/.test(file) && file !== list)
    const pattern = new RegExp(`(?<![\\w-])(?:${oldNames.join('|')})(?![\\w-])`)

    const found = texts.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')))

    assert.deepEqual(found, [])
  })
})
