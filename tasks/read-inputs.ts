import { InputError } from '../src/model/input-error.ts'
import { type Mirrors, parseMirrors } from '../src/model/mirrors.ts'
import { parsePlatform, type Platform } from '../src/model/platform.ts'
import { secretForms } from '../src/model/secret-forms.ts'
import { type Action, actions } from '../src/model/verdict.ts'
import type { Inputs } from '../src/pipelines/inputs.ts'
import type { TaskContext } from '../src/pipelines/run-task.ts'

/** What a check decided; the other tasks read it first, and then only the inputs that it needs. */
export function readAction(inputs: Inputs): Action {
  return inputs.choice('action', actions)
}

/** The platform of the image; throws InputError. */
export function readPlatform(inputs: Inputs): Platform {
  try {
    return parsePlatform(inputs.text('platform'))
  } catch (error) {
    throw error instanceof InputError
      ? error
      : new InputError('platform', `cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        })
  }
}

/** The input, else the variable `PlatformImage.RegistryMirrors`, which a project sets once for all its pipelines. */
export function readMirrors({ inputs, variable }: TaskContext): Mirrors {
  const lines = inputs.list('registryMirrors')
  return parseMirrors(
    lines.length > 0 ? lines : (variable('PlatformImage.RegistryMirrors') ?? '').split(/[\s,]+/).filter(Boolean),
  )
}

/** Lines of `NAME=value`; throws InputError with the number of a line that is none. */
export function readBuildArguments(inputs: Inputs): Record<string, string> {
  return readAssignments(inputs, 'buildArguments', { what: 'argument', form: 'NAME=value', name: /^[A-Za-z_]\w*$/ })
}

/** How the lines of an input are written, and what one of them is. */
export interface AssignmentForm {
  readonly what: string
  readonly form: string
  readonly name: RegExp
}

/** Lines of `<name>=<value>`, the last of a name; throws InputError with the number of a line that is none. */
export function readAssignments(inputs: Inputs, input: string, { what, form, name }: AssignmentForm) {
  const assignments = inputs.lines(input).map(({ text, number }): [name: string, value: string] => {
    const assignment = splitAssignment(text)
    if (assignment !== undefined && name.test(assignment[0])) return assignment
    throw new InputError(input, `has a line ${String(number)} that is no ${what}: "${text}". Write it as ${form}.`)
  })
  return Object.fromEntries(assignments)
}

/**
 * Lines of `<id>=<secret>`, by id. Each secret is hidden in the log from here on, in every form in which it may be
 * printed. Throws InputError with the number of a line that is none; the line itself may be a secret and is not shown.
 */
export function readSecrets(
  inputs: Inputs,
  input: string,
  mask: (secret: string) => void,
): Readonly<Record<string, string>> {
  const secrets = inputs.lines(input).map(({ text, number }): [id: string, secret: string] => {
    const assignment = splitAssignment(text)
    const [id = '', secret = ''] = assignment ?? []
    if (secret !== '' && secret.length < shortestSecret) {
      const problem = `whose secret has less than ${String(shortestSecret)} characters: hiding it would hide half the log`
      throw new InputError(input, `has a line ${String(number)} ${problem}. Give a longer secret.`)
    }
    for (const form of secretForms(secret === '' ? text : secret)) mask(form)
    if (/^[\w.-]+$/.test(id) && secret !== '') return [id, secret]
    throw new InputError(input, `has a line ${String(number)} that is no secret. Write it as id=$(secretVariable).`)
  })
  return Object.fromEntries(secrets)
}

const shortestSecret = 4

/** What is before and behind the first equals sign. */
function splitAssignment(text: string): [name: string, value: string] | undefined {
  const equals = text.indexOf('=')
  return equals === -1 ? undefined : [text.slice(0, equals), text.slice(equals + 1)]
}
