import { readFile } from 'node:fs/promises'
import type { SupportPolicy } from '../../src/check/judge-support.ts'
import { parseSupportDates, type SupportDates, supportDates } from '../../src/check/support-dates.ts'
import { codeOf } from '../../src/model/error-text.ts'
import { invalidInput } from '../../src/model/invalid-input.ts'
import { InvalidValue } from '../../src/model/invalid-value.ts'
import type { CheckContext } from './form.ts'

/** Reads what the form says about the end of support, and the file of dates; throws InvalidInput. */
export async function readSupportPolicy(inputs: CheckContext['inputs']): Promise<SupportPolicy> {
  const file = inputs.supportDates()
  return {
    whenOutOfSupport: inputs.whenOutOfSupport(),
    warningDays: inputs.endOfSupportWarningDays(),
    dates: file === undefined ? supportDates : await readSupportDates(file),
  }
}

async function readSupportDates(path: string): Promise<SupportDates> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const reason = `names ${path}, which cannot be read (${codeOf(cause) ?? 'unknown reason'})`
    throw invalidInput('supportDates', reason, undefined, { cause })
  })
  try {
    return parseSupportDates(text)
  } catch (cause) {
    if (!(cause instanceof InvalidValue)) throw cause
    throw invalidInput('supportDates', `names ${path}, which ${cause.reason}`, cause.rule, { cause })
  }
}
