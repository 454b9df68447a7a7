import { readdirSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

const ignored = /(^|\/)(node_modules|dist|coverage|\.sandbox|\.git)(\/|$)/

/** The Markdown pages of the repository; paths begin in its root. */
export const markdownPages: readonly string[] = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.md') && !ignored.test(path),
)
