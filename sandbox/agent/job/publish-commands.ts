import { cpSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { PublishedTest } from '../contract.ts'
import type { Command } from './commands.ts'
import { readJUnit } from './read-junit.ts'
import type { StepContext } from './step-context.ts'

/** Summaries keep the type under which the service files them. */
const summaryType = 'Distributedtask.Core.Summary'
const fileType = 'Distributedtask.Core.FileAttachment'

export function attachSummary({ data }: Command, step: StepContext): void {
  addAttachment(summaryType, basename(data), data, step)
}

export function attachFile({ data }: Command, step: StepContext): void {
  addAttachment(fileType, basename(data), data, step)
}

export function uploadLog({ data }: Command, step: StepContext): void {
  addAttachment('build.uploadlog', basename(data), data, step)
}

export function attach({ properties, data }: Command, step: StepContext): void {
  const [type, name] = [properties.get('type'), properties.get('name')]
  if (!isFileName(type) || !isFileName(name))
    throw new Error('An attachment needs a type and a name that are file names')
  addAttachment(type, name, data, step)
}

/** Each file is a run of tests, unless they are merged into one. A file that is no JUnit is told and left out. */
export function addTestResults({ properties }: Command, step: StepContext): void {
  const type = properties.get('type')
  const files = (properties.get('resultfiles') ?? '')
    .split(',')
    .map((file) => file.trim())
    .filter((file) => file !== '')
  if (type === undefined || files.length === 0) throw new Error("Required fields 'type' and 'resultFiles' are missing")
  for (const file of files) addAttachment('results.publish', basename(file), file, step)
  if (type.toLowerCase() !== 'junit') return

  const title = properties.get('runtitle') ?? `JUnit_TestResults_${String(step.job.testRuns.length + 1)}`
  const read = files.flatMap((file) => readTests(file, step))
  const isMerged = properties.get('mergeresults')?.toLowerCase() === 'true'
  const runs = isMerged
    ? [{ title, tests: read.flatMap(({ tests }) => tests) }]
    : read.map(({ tests }) => ({ title, tests }))
  for (const run of runs) {
    step.job.testRuns.push(run)
    step.log.line(`Published ${String(run.tests.length)} test results as "${title}"`)
  }
}

function readTests(file: string, step: StepContext): { readonly tests: readonly PublishedTest[] }[] {
  try {
    return [{ tests: readJUnit(readFileSync(file, 'utf8')) }]
  } catch (error) {
    step.log.warning(`Invalid results file: ${file} is not in the format JUnit. ${String(error)}`)
    return []
  }
}

/** Copies a file or folder into the folder of the artifact. */
export function uploadArtifact({ properties, data }: Command, step: StepContext): void {
  const name = properties.get('artifactname')
  if (!isFileName(name)) throw new Error("Required field 'artifactname' is missing")
  const isFolder = statSync(data).isDirectory()
  const folder = join(step.job.folders.artifacts, name)
  cpSync(data, isFolder ? folder : join(folder, basename(data)), { recursive: true })
}

export function addBuildTag({ data }: Command, step: StepContext): void {
  if (data === '') throw new Error('The tag is empty')
  if (!step.job.tags.includes(data)) step.job.tags.push(data)
}

export function updateBuildNumber({ data }: Command, step: StepContext): void {
  if (data === '') throw new Error('The build number is empty')
  step.job.variables.set('Build.BuildNumber', data)
}

/** Copies the file, which must exist now: the step may change or delete it later. */
function addAttachment(type: string, name: string, file: string, step: StepContext): void {
  if (!statSync(file).isFile()) throw new Error(`${file} is not a file`)
  const { attachments, folders } = step.job
  const path = join(folders.attachments, `${String(attachments.length + 1)}-${name}`)
  cpSync(file, path)
  attachments.push({ type, name, path })
}

function isFileName(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text !== '..' && !/[/\0]/.test(text)
}
