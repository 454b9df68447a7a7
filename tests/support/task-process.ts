import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const root = join(import.meta.dirname, '..', '..')
const bundles = join(root, 'dist', 'extension', 'tasks')

/** A log command that a task printed, `##vso[area.action key=value]data`, unescaped. */
export interface LogCommand {
  /** Such as `task.complete`. */
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

/** What the agent sees of a task's run. */
export interface TaskRun {
  readonly exitCode: number | null
  /** Everything that it printed. */
  readonly stdout: string
  /** What of it is an error's, or a warning's of Node. */
  readonly stderr: string
  /** Of the output what the agent shows: it takes the lines that hide a secret for itself. */
  readonly shown: string
  /** What was hidden, in the order in which it was. */
  readonly secrets: readonly string[]
  readonly commands: readonly LogCommand[]
  /** Such as `Failed`. */
  readonly result: string | undefined
  /** The message that goes with the result. */
  readonly message: string | undefined
  /** The output variables that were set. */
  readonly outputs: Readonly<Record<string, string>>
  /** What was left for the post-job handler. */
  readonly left: Readonly<Record<string, string>>
}

export interface TaskSetting {
  readonly inputs?: Readonly<Record<string, string>>
  /** Pipeline variables, `AWS.Region`. */
  readonly variables?: Readonly<Record<string, string>>
  /** What an agent adds for service connections and other things. */
  readonly environment?: Readonly<Record<string, string>>
  /** Hears each piece of output as it comes, with the means to send a signal. */
  readonly onOutput?: (output: string, kill: (signal: NodeJS.Signals) => void) => void
  /** Ends the process by SIGKILL when it is aborted. */
  readonly killedBy?: AbortSignal
  /** The Node that runs the task; default: this process's. */
  readonly node?: string
}

/** Builds the bundles of the tasks, if there are none or a source is newer. */
export function ensureBundles(): void {
  const newest = Math.max(...['src', 'tasks'].flatMap((folder) => sourceTimes(join(root, folder))))
  const isCurrent = readdirSync(join(root, 'tasks'), { withFileTypes: true }).every((entry) => {
    const bundle = join(bundles, entry.name, 'index.js')
    return !entry.isDirectory() || (existsSync(bundle) && statSync(bundle).mtimeMs >= newest)
  })
  if (isCurrent) return
  const { status, stderr } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`The tasks cannot be built: ${stderr}`)
}

/** Runs the bundle of a task as an agent does. */
export function runTaskBundle(task: string, setting: TaskSetting = {}): Promise<TaskRun> {
  return runAsTask([join(bundles, task, 'index.js')], setting)
}

/** Runs what a task does when its job ends; `left` is what the step left for it. */
export function runPostJobBundle(
  task: string,
  left: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
): Promise<TaskRun> {
  const variables = Object.entries(left).map(([name, value]) => [`VSTS_TASKVARIABLE_${environmentName(name)}`, value])
  const agent = { AGENT_VERSION: '3.232.1', ...(Object.fromEntries(variables) as Record<string, string>) }
  return runAsTask([join(bundles, task, 'post-job.js')], { environment: { ...agent, ...environment } })
}

/** Runs a TypeScript file of the tests as if it were a task. */
export function runTaskScript(script: string, setting: TaskSetting = {}): Promise<TaskRun> {
  return runAsTask(['--import', 'tsx', script], setting)
}

async function runAsTask(nodeArguments: readonly string[], setting: TaskSetting): Promise<TaskRun> {
  const { inputs = {}, variables = {}, environment = {}, onOutput = () => undefined, killedBy } = setting
  const folder = mkdtempSync(join(tmpdir(), 'task-process-'))
  const child = spawn(setting.node ?? process.execPath, nodeArguments, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      AGENT_TEMPDIRECTORY: folder,
      AGENT_WORKFOLDER: folder,
      DISTRIBUTEDTASK_TASKS_NODE_SKIPDEBUGLOGSWHENDEBUGMODEOFF: 'true',
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [environmentName(name), value])),
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${environmentName(name)}`, value])),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.on('data', (output: Buffer) => {
    onOutput(output.toString(), (signal) => child.kill(signal))
  })
  killedBy?.addEventListener('abort', () => child.kill('SIGKILL'))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited])
  rmSync(folder, { recursive: true })

  const output = stdout + stderr
  const commands = parseCommands(output)
  const complete = commands.find(({ name }) => name === 'task.complete')
  const setBy = (command: string) =>
    Object.fromEntries(
      commands.filter(({ name }) => name === command).map(({ properties, data }) => [properties.variable ?? '', data]),
    )
  return {
    exitCode,
    stdout: output,
    stderr,
    shown: output.replaceAll(/^##vso\[task\.setsecret\].*$/gm, ''),
    secrets: commands.filter(({ name }) => name === 'task.setsecret').map(({ data }) => data),
    commands,
    result: complete?.properties.result,
    message: complete?.data,
    outputs: setBy('task.setvariable'),
    left: setBy('task.settaskvariable'),
  }
}

/** The log commands in what a task printed, in their order. */
export function parseCommands(output: string): LogCommand[] {
  return output.split(/\r?\n/).flatMap(parseCommand)
}

function parseCommand(line: string): LogCommand[] {
  const [, name, properties = '', data = ''] = /^##vso\[(\S+?)(?: (.*?))?\](.*)$/.exec(line) ?? []
  if (name === undefined) return []
  const pairs = properties.split(';').flatMap((pair) => {
    const [, key, value] = /^(\w+)=(.*)$/s.exec(pair) ?? []
    return key === undefined || value === undefined ? [] : [[key, unescape(value)] as const]
  })
  return [{ name, properties: Object.fromEntries(pairs), data: unescape(data) }]
}

/** https://github.com/microsoft/azure-pipelines-agent/blob/master/src/Agent.Sdk/CommandPlugin.cs */
function unescape(value: string): string {
  return value
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%AZP25', '%')
}

function environmentName(name: string): string {
  return name.replaceAll(/[. ]/g, '_').toUpperCase()
}

function sourceTimes(folder: string): number[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [statSync(join(entry.parentPath, entry.name)).mtimeMs] : [],
  )
}
