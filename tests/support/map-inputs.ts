import { InputError } from '../../src/model/input-error.ts'
import type { Inputs } from '../../src/pipelines/inputs.ts'

/** The fields of a form, from a plain object; what is not in it is empty. */
export function mapInputs(values: Readonly<Record<string, string>>): Inputs {
  const exactText = (name: string) => values[name]
  const optionalText = (name: string) => exactText(name)?.trim()
  const text = (name: string) => {
    const value = values[name]
    if (value === undefined) throw new InputError(name, 'is required, but empty.')
    return value
  }
  const list = (name: string, separator: RegExp) => (values[name] ?? '').split(separator).filter(Boolean)
  const lines = (name: string) =>
    (values[name] ?? '')
      .split(/\r?\n/)
      .map((line, index) => ({ text: line.trim(), number: index + 1 }))
      .filter((line) => line.text !== '')
  return {
    text,
    optionalText,
    exactText,
    optionalSecret: optionalText,
    choice(name, choices) {
      const chosen = choices.find((choice) => choice.toLowerCase() === text(name).toLowerCase())
      if (chosen === undefined) throw new InputError(name, `is "${text(name)}", which is no choice.`)
      return chosen
    },
    flag: (name) => text(name) === 'true',
    list: (name) => list(name, /[\s,]+/),
    lines,
    lenientList: (name) => list(name, /[\s,]+/),
    lenientLines: lines,
    file: optionalText,
    folder: text,
  }
}
