import { validateHeaderName, validateHeaderValue } from 'node:http'
import { dirname, resolve } from 'node:path'
import type { PlannedTest } from '../../src/build-and-test/build-and-test.ts'
import { loadDockerfile } from '../../src/build-context/load-dockerfile.ts'
import { parseExpectedStatus } from '../../src/integration-test/expected-status.ts'
import type { TestMode } from '../../src/integration-test/test-mode.ts'
import type { TestRequest } from '../../src/integration-test/ask-repeatedly.ts'
import { InputError } from '../../src/model/input-error.ts'
import type { Inputs } from '../../src/pipelines/inputs.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { readAssignments, readSecrets } from '../read-inputs.ts'

const argument = { what: 'argument', form: 'NAME=value', name: /^[A-Za-z_]\w*$/ }
const variable = { what: 'variable', form: 'NAME=value', name: /^[^\s=]+$/ }
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/**
 * Reads the form's part about the integration test; undefined where there is no test. Secrets are hidden in the log from
 * here on. Throws InputError.
 */
export async function readTestInputs({
  inputs,
  mask,
}: Pick<TaskContext, 'inputs' | 'mask'>): Promise<PlannedTest | undefined> {
  const file = inputs.file('testDockerfile')
  if (file === undefined) return undefined
  const context = resolve(inputs.optionalText('testContextPath') ?? dirname(file))
  const baseImage = inputs.optionalText('testBaseImage')
  const application = {
    dockerfile: await loadDockerfile({
      contextInput: 'testContextPath',
      context,
      dockerfileInput: 'testDockerfile',
      dockerfile: file,
    }),
    context,
    ...(baseImage !== undefined && { baseImage }),
    buildArguments: readAssignments(inputs, 'testBuildArguments', argument),
    secrets: readSecrets(inputs, 'testBuildSecrets', mask),
    failsOnWarnings: inputs.flag('failOnTestBuildWarnings'),
  }
  return { application, mode: readTestMode(inputs) }
}

function readTestMode(inputs: Inputs): TestMode {
  const kind = inputs.choice('testMode', ['request', 'exitCode', 'build'])
  if (kind === 'build') return { kind }
  const environment = readAssignments(inputs, 'containerEnvironment', variable)
  const timeLimit = readNumber(inputs, 'startupTimeoutSeconds', 1, 3600)
  if (kind === 'exitCode') return { kind, environment, timeLimit }
  return {
    kind,
    environment,
    timeLimit,
    port: readNumber(inputs, 'containerPort', 1, 65_535),
    request: readRequest(inputs),
  }
}

function readRequest(inputs: Inputs): TestRequest {
  const body = inputs.exactText('requestBody')
  return {
    method: inputs.choice('requestMethod', methods),
    path: readPath(inputs),
    headers: readHeaders(inputs),
    ...(body !== undefined && { body }),
    expectedStatus: parseExpectedStatus(inputs.text('expectedStatus')),
  }
}

function readNumber(inputs: Inputs, name: string, lowest: number, highest: number): number {
  const text = inputs.text(name)
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= lowest && number <= highest) return number
  throw new InputError(name, `is "${text}". Give a whole number from ${String(lowest)} to ${String(highest)}.`)
}

/** A path that leads to another host would make the test prove nothing. */
function readPath(inputs: Inputs): string {
  const path = inputs.text('requestPath')
  const anyHost = 'http://127.0.0.1'
  if (path.startsWith('/') && URL.canParse(path, anyHost) && new URL(path, anyHost).origin === anyHost) return path
  throw new InputError('requestPath', `is "${path}". Start it with one slash, such as /health.`)
}

function readHeaders(inputs: Inputs): Record<string, string> {
  const headers = new Map<string, readonly [name: string, value: string]>()
  for (const { text, number } of inputs.lines('requestHeaders')) {
    const [, name = '', value = ''] = /^([^:\s]+)\s*:\s*(.*)$/.exec(text) ?? []
    const problem = headerProblem(name, value)
    if (problem !== undefined) {
      throw new InputError('requestHeaders', `has a line ${String(number)} ${problem}. Write it as Name: value.`)
    }
    const key = name.toLowerCase()
    if (headers.has(key)) throw new InputError('requestHeaders', `names ${name} again in line ${String(number)}.`)
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
    return name === '' ? 'that is no header' : `whose header "${name}" cannot be sent`
  }
}
