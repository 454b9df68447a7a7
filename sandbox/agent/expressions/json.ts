import type { Value } from './values.ts'
import { kindOf, toText } from './values.ts'

/** Writes JSON with two blanks of indentation; versions become text. */
export function toJson(value: Value, indentation = ''): string {
  if (value === undefined) return 'null'
  if (typeof value !== 'object') return kindOf(value) === 'String' ? JSON.stringify(value) : toText(value).toLowerCase()
  if (value.kind === 'version') return JSON.stringify(toText(value))

  const deeper = `${indentation}  `
  const [open, close] = value.kind === 'array' ? ['[', ']'] : ['{', '}']
  const members =
    value.kind === 'array'
      ? value.items.map((item) => toJson(item, deeper))
      : [...value.entries].map(([key, item]) => `${JSON.stringify(key)}: ${toJson(item, deeper)}`)
  if (members.length === 0) return `${open}${close}`
  return `${open}\n${members.map((member) => deeper + member).join(',\n')}\n${indentation}${close}`
}
