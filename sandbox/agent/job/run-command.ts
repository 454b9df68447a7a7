import {
  addBuildTag,
  addTestResults,
  attach,
  attachFile,
  attachSummary,
  uploadArtifact,
  updateBuildNumber,
  uploadLog,
} from './publish-commands.ts'
import type { Command } from './commands.ts'
import { parseCommand } from './commands.ts'
import { parseResult, mergeResults } from './results.ts'
import type { StepContext } from './step-context.ts'

/** Carries out one command; what it throws fails the step. */
type CommandHandler = (command: Command, step: StepContext) => void

const handlers: ReadonlyMap<string, CommandHandler> = new Map([
  ['task.setvariable', setVariable],
  ['task.settaskvariable', setTaskVariable],
  ['task.setsecret', setSecret],
  ['task.prependpath', prependPath],
  ['task.complete', complete],
  ['task.logissue', logIssue],
  ['task.issue', logIssue],
  ['task.logdetail', logDetail],
  ['task.setprogress', setProgress],
  ['task.debug', debug],
  ['task.uploadsummary', attachSummary],
  ['task.uploadfile', attachFile],
  ['task.addattachment', attach],
  ['artifact.upload', uploadArtifact],
  ['results.publish', addTestResults],
  ['build.addbuildtag', addBuildTag],
  ['build.updatebuildnumber', updateBuildNumber],
  ['build.uploadlog', uploadLog],
])

const areas = new Set([...handlers.keys()].map((name) => name.slice(0, name.indexOf('.'))))

const allowedWhenRestricted = new Set([
  'task.setvariable',
  'task.settaskvariable',
  'task.setsecret',
  'task.prependpath',
  'task.complete',
  'task.logissue',
  'task.issue',
  'task.logdetail',
  'task.setprogress',
  'task.debug',
])

/** Takes one line of a step's output: prints it, or carries out the command in it. */
export function takeLine(line: string, step: StepContext): void {
  if (step.completed.signal.aborted) return
  const command = parseCommand(line)
  if (command === undefined) step.log.line(line)
  else if (command === 'malformed') step.log.warning(`Unable to process the logging command in this line: ${line}`)
  else runCommand(command, step)
}

function runCommand(command: Command, step: StepContext): void {
  const handler = handlers.get(command.name)
  if (handler === undefined && !areas.has(command.area)) {
    step.log.warning(`Can't find a command extension for ##vso[${command.area}.command].`)
    return
  }
  if (step.restrictions.commands?.mode === 'restricted' && !allowedWhenRestricted.has(command.name)) {
    step.log.warning(`##vso[${command.name}] is not allowed in this step due to policy restrictions.`)
    return
  }
  try {
    if (handler === undefined) throw new Error(`##vso[${command.name}] is not a recognized command`)
    handler(command, step)
  } catch (error) {
    step.log.error(`Unable to process command '##vso[${command.name}]' successfully: ${String(error)}`)
    step.commandResult = mergeResults(step.commandResult, 'Failed')
  }
}

function setVariable({ properties, data }: Command, step: StepContext): void {
  const name = requiredName(properties.get('variable'), 'variable')
  const isSecret = isTrue(properties.get('issecret'))
  if (!maySet(name, step)) return
  if (isSecret) addSecret(data, step)

  const isOutput = isTrue(properties.get('isoutput')) || step.declaredOutputs.has(name.toLowerCase())
  const fullName = isOutput ? `${step.referenceName}.${name}` : name
  const { variables } = step.job
  if (variables.isReadOnly(fullName)) step.log.warning(`Overwriting readonly variable '${fullName}'.`)
  variables.set(fullName, data, { isSecret, isReadOnly: isOutput || isTrue(properties.get('isreadonly')) })
  if (!isOutput) return
  step.outputs.set(name, isSecret ? '***' : data)
  step.job.outputs.set(fullName, { value: data, isSecret })
}

function setTaskVariable({ properties, data }: Command, step: StepContext): void {
  const name = requiredName(properties.get('variable'), 'variable')
  const isSecret = isTrue(properties.get('issecret'))
  if (isSecret) addSecret(data, step)
  step.taskVariables.set(name.toLowerCase(), { name, value: data, isSecret })
}

function setSecret({ data }: Command, step: StepContext): void {
  addSecret(data, step)
}

function addSecret(value: string, step: StepContext): void {
  if (/[\r\n]/.test(value)) throw new Error('Secrets cannot contain multiple lines')
  step.job.masker.add(value)
}

function prependPath({ data }: Command, step: StepContext): void {
  if (!maySet('PATH', step)) return
  const paths = step.job.prependedPaths
  if (paths.includes(data)) paths.splice(paths.indexOf(data), 1)
  paths.unshift(requiredName(data, 'path'))
}

function complete({ properties }: Command, step: StepContext): void {
  const result = parseResult(properties.get('result'))
  if (result === undefined) throw new Error(`'${properties.get('result') ?? ''}' is not a result`)
  step.commandResult = mergeResults(step.commandResult, result)
  if (isTrue(properties.get('done'))) step.completed.abort()
}

function logIssue({ properties, data }: Command, step: StepContext): void {
  const type = properties.get('type')?.toLowerCase()
  if (type !== 'error' && type !== 'warning') throw new Error(`'${type ?? ''}' is not a type of issue`)
  const [sourcePath, line, column, code] = ['sourcepath', 'linenumber', 'columnnumber', 'code'].map((name) =>
    properties.get(name),
  )
  step.log.issue({
    type,
    message: data,
    ...(sourcePath !== undefined && { sourcePath }),
    ...(line !== undefined && { line: Number(line) }),
    ...(column !== undefined && { column: Number(column) }),
    ...(code !== undefined && { code }),
  })
}

/** Timeline details are for the web page only; the local agent checks the command and shows nothing. */
function logDetail({ properties }: Command): void {
  requiredName(properties.get('id'), 'id')
}

/** The progress bar is for the web page only. */
function setProgress({ properties }: Command): void {
  const value = properties.get('value') ?? '0'
  if (!/^\d{1,3}$/.test(value)) throw new Error(`'${value}' is not a percentage`)
}

function debug({ data }: Command, step: StepContext): void {
  step.log.debug(data)
}

function maySet(name: string, step: StepContext): boolean {
  const allowed = step.restrictions.settableVariables?.allowed
  if (allowed === undefined || allowed.some((pattern) => matches(name, pattern))) return true
  step.log.warning(`Setting variable '${name}' has been disabled by the task or build definition.`)
  return false
}

/** Patterns are names in which `*` stands for any text and `?` for one character. */
function matches(name: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(name)
}

function requiredName(value: string | undefined, field: string): string {
  if (value === undefined || value === '') throw new Error(`Required field '${field}' is missing`)
  return value
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true'
}
