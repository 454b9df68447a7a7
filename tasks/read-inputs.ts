import { InputError } from '../src/model/input-error.ts'
import { type Mirrors, parseMirrors } from '../src/model/mirrors.ts'
import { parsePlatform, type Platform } from '../src/model/platform.ts'
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
  return Object.fromEntries(
    inputs.lines('buildArguments').map(({ text, number }) => {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/.exec(text) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw new InputError(
        'buildArguments',
        `has a line ${String(number)} that is no argument: "${text}". Write it as NAME=value.`,
      )
    }),
  )
}
