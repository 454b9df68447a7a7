import { askedArguments } from '../src/dockerfile/asked-names.ts'
import type { DockerfileSource } from '../src/dockerfile/dockerfile-source.ts'
import { InvalidValue } from '../src/model/invalid-value.ts'
import type { NumberedLine } from '../src/model/numbered-line.ts'

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

/** What every build takes without an ARG. https://docs.docker.com/reference/dockerfile/#predefined-args */
const predefined = /^(?:(?:https?|ftp|no|all)_proxy|BUILDKIT_\w+|SOURCE_DATE_EPOCH|(?:BUILD|TARGET)[A-Z]+)$/i

/**
 * A warning where no ARG declares an argument: it is misspelt, or a line of a longer value. Undefined where each is
 * declared, or where that is not to be seen.
 */
export function warnOfUndeclared(
  input: string,
  names: readonly string[],
  { path, parsed }: DockerfileSource,
): string | undefined {
  const declared = askedArguments(parsed)
  const undeclared = names.filter((name) => declared?.has(name) === false && !predefined.test(name))
  if (undeclared.length === 0) return undefined
  return `The input "${input}" gives ${undeclared.join(', ')}, which no ARG of ${path} declares. A value of several lines cannot be a build argument.`
}

/** What is before and behind the first equals sign. */
export function splitAssignment(text: string): [name: string, value: string] | undefined {
  const equals = text.indexOf('=')
  return equals === -1 ? undefined : [text.slice(0, equals), text.slice(equals + 1)]
}
