import { validateHeaderName, validateHeaderValue } from 'node:http'
import { InvalidValue } from '../../src/model/invalid-value.ts'
import type { NumberedLine } from '../../src/model/numbered-line.ts'

/** Reads a path; throws InvalidValue for one that leads to another host, which would make the test prove nothing. */
export function parseRequestPath(path: string): string {
  const anyHost = 'http://127.0.0.1'
  if (path.startsWith('/') && URL.canParse(path, anyHost) && new URL(path, anyHost).origin === anyHost) return path
  throw new InvalidValue(`is "${path}"`, 'Start it with one slash, such as /health')
}

/** Reads lines of `Name: value`; throws InvalidValue, which does not show the values. */
export function parseRequestHeaders(lines: readonly NumberedLine[]): Record<string, string> {
  const headers = new Map<string, readonly [name: string, value: string]>()
  for (const { text, number } of lines) {
    const [, name = '', value = ''] = /^([^:\s]+)\s*:\s*(.*)$/.exec(text) ?? []
    const problem = headerProblem(name, value)
    if (problem !== undefined) {
      throw new InvalidValue(problem, 'Write it as Name: value', { line: number })
    }
    const key = name.toLowerCase()
    if (headers.has(key)) throw new InvalidValue(`names ${name} again`, 'Remove one of the two lines', { line: number })
    headers.set(key, [name, value])
  }
  return Object.fromEntries(headers.values())
}

function headerProblem(name: string, value: string): string | undefined {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return undefined
  } catch {
    return name === '' ? 'is not a header' : `has the header "${name}", which cannot be sent`
  }
}
