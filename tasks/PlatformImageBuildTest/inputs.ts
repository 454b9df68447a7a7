import { dirname } from 'node:path'
import { type DockerfileSource, loadDockerfile } from '../../src/dockerfile/load-dockerfile.ts'
import type { TestRequest } from '../../src/integration-test/try-request.ts'
import { type BuildRecord, parseBuildRecord } from '../../src/model/build-record.ts'
import { InputError } from '../../src/model/input-error.ts'
import { formatReference } from '../../src/model/reference.ts'
import type { Inputs } from '../../src/pipelines/inputs.ts'

export interface BuildTestInputs {
  readonly record: BuildRecord
  /** The build context. */
  readonly folder: string
  readonly dockerfile: DockerfileSource
  /** Undefined: the image is built, but not tried. */
  readonly test: TestInputs | undefined
}

export interface TestInputs {
  readonly context: string
  readonly dockerfile: DockerfileSource
  readonly baseImage: string
  readonly containerPort: number
  readonly request: TestRequest
}

/** Reads the form of PlatformImageBuildTest; throws InputError before anything is touched. */
export async function readBuildTestInputs(inputs: Inputs): Promise<BuildTestInputs> {
  const record = readRecord(inputs)
  const folder = inputs.folder('contextPath')
  const dockerfile = await loadDockerfile({
    contextInput: 'contextPath',
    context: folder,
    dockerfileInput: 'dockerfile',
    dockerfile: inputs.optionalText('dockerfile') ?? 'Dockerfile',
  })
  return { record, folder, dockerfile, test: await readTestInputs(inputs, record) }
}

function readRecord(inputs: Inputs): BuildRecord {
  const json = inputs.text('buildRecord')
  try {
    return parseBuildRecord(json)
  } catch (error) {
    throw new InputError('buildRecord', `is not a build record. Give the output "buildRecord" of PlatformImageCheck.`, {
      cause: error,
    })
  }
}

async function readTestInputs(inputs: Inputs, record: BuildRecord): Promise<TestInputs | undefined> {
  const file = inputs.file('testDockerfile')
  if (file === undefined) return undefined
  const context = inputs.optionalText('testContextPath') ?? dirname(file)
  const body = inputs.optionalText('requestBody')
  return {
    context,
    dockerfile: await loadDockerfile({
      contextInput: 'testContextPath',
      context,
      dockerfileInput: 'testDockerfile',
      dockerfile: file,
    }),
    baseImage: inputs.optionalText('testBaseImage') ?? formatReference(record.base.reference),
    containerPort: readNumber(inputs, 'containerPort', 1, 65_535),
    request: {
      method: inputs.text('requestMethod').toUpperCase(),
      path: readPath(inputs),
      headers: readHeaders(inputs),
      ...(body !== undefined && { body }),
      expectedStatus: readNumber(inputs, 'expectedStatus', 100, 599),
      timeLimit: readNumber(inputs, 'startupTimeoutSeconds', 1, 3600),
    },
  }
}

function readNumber(inputs: Inputs, name: string, lowest: number, highest: number): number {
  const text = inputs.text(name)
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= lowest && number <= highest) return number
  throw new InputError(name, `is "${text}". Give a whole number from ${String(lowest)} to ${String(highest)}.`)
}

function readPath(inputs: Inputs): string {
  const path = inputs.text('requestPath')
  if (path.startsWith('/') && !path.startsWith('//')) return path
  throw new InputError('requestPath', `is "${path}". Start it with a slash, such as /health.`)
}

function readHeaders(inputs: Inputs): Record<string, string> {
  return Object.fromEntries(
    inputs.lines('requestHeaders').map(({ text, number }) => {
      const [, name, value] = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*:\s*(.*)$/.exec(text) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw new InputError(
        'requestHeaders',
        `has a line ${String(number)} that is no header: "${text}". Write it as Name: value.`,
      )
    }),
  )
}
