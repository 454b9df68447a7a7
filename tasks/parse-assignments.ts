import { InvalidValue } from '../src/model/invalid-value.ts'
import type { NumberedLine } from '../src/model/numbered-line.ts'
import { secretForms } from '../src/model/secret-forms.ts'

/** How the lines of an input are written, and what one of them is. */
interface AssignmentForm {
  readonly what: string
  readonly form: string
  readonly name: RegExp
}

/** Gives a parser of lines `<name>=<value>`, the last of a name; it throws InvalidValue for a line that is none. */
export function assignments({ what, form, name }: AssignmentForm) {
  return (lines: readonly NumberedLine[]): Record<string, string> =>
    Object.fromEntries(
      lines.map(({ text, number }) => {
        const assignment = splitAssignment(text)
        if (assignment !== undefined && name.test(assignment[0])) return assignment
        throw new InvalidValue(`is not a ${what}: "${text}"`, `Write it as ${form}`, { line: number })
      }),
    )
}

const parseNamedValues = assignments({ what: 'build argument', form: 'NAME=value', name: /^[A-Za-z_]\w*$/ })

/** Lines of `NAME=value`, as Dockerfiles take them; throws InvalidValue. */
export function parseBuildArguments(lines: readonly NumberedLine[]): Readonly<Record<string, string>> {
  for (const { text, number } of lines) {
    if (!text.startsWith('BUILDKIT_SYNTAX=')) continue
    // The build would be read by another image than the one that was checked, without its mirror and credentials.
    const problem = 'sets BUILDKIT_SYNTAX, which replaces the reader of the Dockerfile'
    throw new InvalidValue(problem, 'Write # syntax= at the top of the Dockerfile instead', { line: number })
  }
  return parseNamedValues(lines)
}

/**
 * Lines of `<id>=<secret>`, by id. Each secret is hidden in the log from here on, in every form in which it may be
 * printed. Throws InvalidValue for a line that is none; the line itself may be a secret and is not shown.
 */
export function parseSecrets(
  lines: readonly NumberedLine[],
  mask: (secret: string) => void,
): Readonly<Record<string, string>> {
  const secrets = lines.map(({ text, number }): [id: string, secret: string] => {
    const [id = '', secret = ''] = splitAssignment(text) ?? []
    if (secret !== '' && secret.length < shortestSecret) {
      const problem = `has a secret of less than ${String(shortestSecret)} characters, and hiding it would hide half the log`
      throw new InvalidValue(problem, 'Give a longer secret', { line: number })
    }
    for (const form of secretForms(secret === '' ? text : secret)) mask(form)
    if (/^[\w.-]+$/.test(id) && secret !== '') return [id, secret]
    throw new InvalidValue('is not a secret', 'Write it as id=$(secretVariable)', { line: number })
  })
  return Object.fromEntries(secrets)
}

const shortestSecret = 4

/** What is before and behind the first equals sign. */
function splitAssignment(text: string): [name: string, value: string] | undefined {
  const equals = text.indexOf('=')
  return equals === -1 ? undefined : [text.slice(0, equals), text.slice(equals + 1)]
}
