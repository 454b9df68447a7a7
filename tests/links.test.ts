import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import MarkdownIt from 'markdown-it'
import { markdownPages as pages, root } from './support/markdown-pages.ts'

const markdown = new MarkdownIt({ html: true })
const headingsByPage = new Map<string, readonly string[]>()

describe('the Markdown pages', () => {
  it('are found', () => {
    for (const page of ['README.md', 'CHANGELOG.md', join('docs', 'staleness.md')])
      assert.ok(pages.includes(page), page)
  })

  for (const page of pages) {
    it(`lead to files and headings that there are: ${page}`, () => {
      const broken = linksOf(page).filter(({ path, anchor }) => {
        if (!existsSync(join(root, path))) return true
        return anchor !== undefined && !headingsOf(path).includes(anchor)
      })

      assert.deepEqual(broken, [])
    })
  }

  it('are all reached from the README in two steps', () => {
    const next = (from: readonly string[]) => from.flatMap((page) => linksOf(page).map(({ path }) => path))
    const first = next(['README.md']).filter((path) => path.endsWith('.md'))
    const reached = new Set(['README.md', ...first, ...next(first)])

    assert.deepEqual(
      pages.filter((page) => !reached.has(page)),
      [],
    )
  })
})

/** The links of a page into this repository, also those of pictures; paths begin in its root. */
function linksOf(page: string): { readonly path: string; readonly anchor: string | undefined }[] {
  const tokens = markdown.parse(readFileSync(join(root, page), 'utf8'), {}).flatMap(({ children }) => children ?? [])
  return tokens.flatMap((token) => {
    const target = token.attrGet('href') ?? token.attrGet('src')
    if (target === null || /^[a-z]+:/i.test(String(target))) return []
    const [file = '', anchor] = decodeURI(String(target)).split('#')
    return [{ path: file === '' ? page : relative(root, join(root, dirname(page), file)), anchor }]
  })
}

/** The anchors of a page's headings, as the web pages of repositories make them. */
function headingsOf(path: string): readonly string[] {
  const headings = headingsByPage.get(path) ?? readHeadings(path)
  headingsByPage.set(path, headings)
  return headings
}

function readHeadings(path: string): readonly string[] {
  if (!statSync(join(root, path)).isFile()) return []
  const tokens = markdown.parse(readFileSync(join(root, path), 'utf8'), {})
  return tokens.flatMap(({ type }, index) => {
    if (type !== 'heading_open') return []
    const text = (tokens[index + 1]?.children ?? []).map(({ content }) => content).join('')
    return [
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ]
  })
}
