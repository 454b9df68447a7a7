import { cpSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Command } from './commands.ts'
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

export function addTestResults({ properties }: Command, step: StepContext): void {
  const files =
    properties
      .get('resultfiles')
      ?.split(',')
      .filter((file) => file !== '') ?? []
  if (properties.get('type') === undefined || files.length === 0)
    throw new Error("Required fields 'type' and 'resultFiles' are missing")
  for (const file of files) addAttachment('results.publish', basename(file.trim()), file.trim(), step)
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
