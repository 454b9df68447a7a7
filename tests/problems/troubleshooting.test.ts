import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { problemCodes } from '../../src/problems/codes.ts'

const page = join(import.meta.dirname, '..', '..', 'docs', 'troubleshooting.md')
const list = /(<!-- codes:.*?-->\n\n)([\s\S]*?)(\n\n<!-- end of codes -->)/

describe('docs/troubleshooting.md', () => {
  it('lists every code', () => {
    const expected = [...problemCodes].sort().map((code) => `- [${code}](#${code})`)
    const text = readFileSync(page, 'utf8')
    if (process.env.UPDATE_DOCS === '1') {
      writeFileSync(
        page,
        text.replace(list, (_, before: string, __, after: string) => before + expected.join('\n') + after),
      )
    }

    assert.deepEqual(list.exec(readFileSync(page, 'utf8'))?.[2]?.split('\n'), expected)
  })

  it('has a cure under every code, and under no other', () => {
    const sections = readFileSync(page, 'utf8').split(/^### /m).slice(1)

    assert.deepEqual(sections.map((section) => section.split('\n')[0]).sort(), [...problemCodes].sort())
    for (const section of sections)
      assert.match(section, /^[a-z-]+\n\n[A-Z`\S][^\n]*[.]\n[\s\S]*\*\*What to do\.\*\* \S/)
  })
})
