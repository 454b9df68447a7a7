import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'

const { resolve } = createRequire(import.meta.url)
const folder = join(import.meta.dirname, 'page')

/** What the page of the channel is made of, by path. */
const files: Readonly<Record<string, string>> = {
  '/': join(folder, 'index.html'),
  '/page.css': join(folder, 'page.css'),
  '/page.js': join(folder, 'page.js'),
  '/host-config.js': join(folder, 'host-config.js'),
  '/adaptivecards.js': resolve('adaptivecards/dist/adaptivecards.min.js'),
  '/markdown-it.js': join(dirname(resolve('markdown-it')), 'browser', 'markdown-it.esm.min.mjs'),
}
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
}
/** The renderer sets styles by itself; nothing else may run or be loaded. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"

/** Answers with a file of the page; false where the path is none of them. */
export async function servePage(path: string, response: ServerResponse): Promise<boolean> {
  const file = files[path]
  if (file === undefined) return false
  const content = await readFile(file)
  response.writeHead(200, { 'content-type': types[extname(file)], 'content-security-policy': policy }).end(content)
  return true
}
