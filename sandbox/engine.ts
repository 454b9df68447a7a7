import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { coerce, lt } from 'semver'
import { runCommand } from './base-images/run-command.ts'

/** A Docker engine on this machine. */
export interface Engine {
  /** `unix:///path/docker.sock`: what `DOCKER_HOST` has to say to reach it. */
  readonly host: string
  /** True for a private engine of the sandbox, false for one that was there already. */
  readonly started: boolean
  /** Ends a private engine with all its containers, unless another process still uses it. */
  stop(): Promise<void>
}

/** How a private engine runs. */
export interface PrivateEngineOptions {
  /**
   * `machine`: containers reach the machine and publish ports on it. `none`: the engine and its containers are cut off.
   * A bridge of its own, of that name and address, keeps an engine apart from another one on the machine.
   */
  readonly network: 'machine' | 'none' | { readonly bridge: string; readonly address: string }
  /** Folders with the programs of another engine than the system's. */
  readonly programs?: readonly string[]
}

const oldestVersion = '20.10.0'
const startTimeout = 60_000
const stopTimeout = 30_000

/**
 * Finds the engine at `DOCKER_HOST` or at `/var/run/docker.sock`; where none answers, starts a private one in `folder`.
 * An engine that answers but may not be used, or is too old, is an error: a second one beside it would break its network.
 */
export async function startEngine(folder: string, environment = process.env): Promise<Engine> {
  const socket = socketOf(environment.DOCKER_HOST)
  const version = await engineVersion(socket)
  if (version === undefined) return startPrivateEngine(folder)
  if (lt(coerce(version) ?? '0.0.0', oldestVersion)) {
    throw new Error(
      `The Docker engine at ${socket} is version ${version}. The sandbox needs ${oldestVersion} or later.`,
    )
  }
  return { host: `unix://${socket}`, started: false, stop: () => Promise.resolve() }
}

/**
 * Starts `dockerd` with everything it owns in `folder`, or joins the one that already runs on that folder.
 * Every process that uses it leaves a mark, and the last one to stop ends the engine. The mark of a process that was
 * killed does not count: an engine left behind by it is used again, and ended by whoever found it.
 */
export async function startPrivateEngine(
  folder: string,
  options: PrivateEngineOptions = { network: 'machine' },
): Promise<Engine> {
  const files = engineFiles(folder)
  for (const path of [folder, files.users, files.runtime]) mkdirSync(path, { recursive: true })
  const leave = enter(files.users)
  const leaveAtExit = () => {
    if (leave() === 'last') endProcess(runningEngine(files), 'SIGTERM')
  }
  process.once('exit', leaveAtExit)

  async function stop(): Promise<void> {
    process.off('exit', leaveAtExit)
    if (leave() === 'last') await endEngine(files, options)
  }
  try {
    await launch(files, options)
  } catch (error) {
    await stop()
    throw error
  }
  return { host: `unix://${files.socket}`, started: true, stop }
}

interface EngineFiles {
  readonly data: string
  readonly runtime: string
  readonly socket: string
  readonly pidfile: string
  readonly configuration: string
  readonly log: string
  readonly users: string
}

function engineFiles(folder: string): EngineFiles {
  // A socket's path has at most 107 bytes, of which 46 are added to this folder.
  const digest = createHash('sha256').update(folder).digest('hex')
  const runtime =
    Buffer.byteLength(folder) <= 56 ? join(folder, 'run') : join(tmpdir(), `engine-${digest.slice(0, 12)}`)
  return {
    data: join(folder, 'data'),
    runtime,
    socket: join(runtime, 'docker.sock'),
    pidfile: join(folder, 'dockerd.pid'),
    configuration: join(folder, 'daemon.json'),
    log: join(folder, 'dockerd.log'),
    users: join(folder, 'users'),
  }
}

/** Waits for the engine that runs, or is about to, in these files; starts it where there is none. */
async function launch(files: EngineFiles, options: PrivateEngineOptions): Promise<void> {
  const deadline = Date.now() + startTimeout
  let child: ChildProcess | undefined
  while ((await engineVersion(files.socket)) === undefined) {
    const isComing = (child?.exitCode === null && child.signalCode === null) || runningEngine(files) !== undefined
    if (!isComing && child !== undefined) throw new Error(`Cannot start dockerd: ${lastLines(files.log)}`)
    if (!isComing) child = await spawnEngine(files, options)
    if (Date.now() > deadline) throw new Error(`dockerd gives no answer after 60 s: ${lastLines(files.log)}`)
    await pause(50)
  }
}

async function spawnEngine(files: EngineFiles, options: PrivateEngineOptions): Promise<ChildProcess> {
  for (const stale of [files.pidfile, files.socket]) rmSync(stale, { force: true })
  // All settings come from this file, so that one in /etc/docker does not get between.
  const configuration = {
    'data-root': files.data,
    // A new one each time: what a killed engine noted about its own processes would mislead the next one.
    'exec-root': mkdtempSync(join(files.runtime, 'x')),
    pidfile: files.pidfile,
    hosts: [`unix://${files.socket}`],
    'log-level': 'warn',
    'shutdown-timeout': 5,
    ...(typeof options.network === 'object' && { bridge: options.network.bridge }),
  }
  await addBridge(options)
  writeFileSync(files.configuration, JSON.stringify(configuration, undefined, 2))

  const log = openSync(files.log, 'w')
  // What it mounts goes with its own mount namespace, also when it is killed.
  const namespaces = options.network === 'none' ? ['--mount', '--net'] : ['--mount']
  const child = spawn('unshare', [...namespaces, 'dockerd', '--config-file', files.configuration], {
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: [...(options.programs ?? []), process.env.PATH].join(delimiter) },
    // A Ctrl-C is for the processes that use it; the last of them stops it.
    detached: true,
  })
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => {
      reject(new Error('Cannot start dockerd. Run: node sandbox/setup.mjs', { cause }))
    })
  })
  return child
}

async function endEngine(files: EngineFiles, options: PrivateEngineOptions): Promise<void> {
  const pid = runningEngine(files)
  endProcess(pid, 'SIGTERM')
  const deadline = Date.now() + stopTimeout
  // Its pidfile goes first, and is no sign that it has ended.
  while (pid !== undefined && isEngine(pid)) {
    if (Date.now() > deadline) endProcess(pid, 'SIGKILL')
    await pause(50)
  }
  rmSync(files.runtime, { recursive: true, force: true })
  await removeBridge(options)
}

/** An engine makes its usual bridge itself, any other one has to be there. */
async function addBridge({ network }: PrivateEngineOptions): Promise<void> {
  if (typeof network !== 'object' || (await hasBridge(network.bridge))) return
  await runCommand('ip', ['link', 'add', 'name', network.bridge, 'type', 'bridge'])
  await runCommand('ip', ['address', 'add', network.address, 'dev', network.bridge])
  await runCommand('ip', ['link', 'set', network.bridge, 'up'])
}

async function removeBridge({ network }: PrivateEngineOptions): Promise<void> {
  if (typeof network !== 'object' || !(await hasBridge(network.bridge))) return
  await runCommand('ip', ['link', 'delete', network.bridge])
}

async function hasBridge(name: string): Promise<boolean> {
  const links = await runCommand('ip', ['-oneline', 'link', 'show', 'type', 'bridge'])
  return links.includes(`: ${name}:`)
}

function endProcess(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid !== undefined && isEngine(pid)) process.kill(pid, signal)
}

function runningEngine(files: EngineFiles): number | undefined {
  const pid = Number.parseInt(readIfPresent(files.pidfile) ?? '')
  return isEngine(pid) ? pid : undefined
}

/** The number may belong to another process by now, and a zombie has no command line. */
function isEngine(pid: number): boolean {
  return readIfPresent(`/proc/${String(pid)}/cmdline`)?.includes('dockerd') ?? false
}

let marks = 0

/** Marks this process as a user. The function given back takes the mark away, and tells whether it was the last one. */
function enter(users: string): () => 'last' | 'others' {
  const mark = join(users, `${processIdentity(process.pid) ?? ''}.${String(marks++)}`)
  writeFileSync(mark, '')
  return () => {
    rmSync(mark, { force: true })
    const others = readdirSync(users).filter((user) => {
      const [identity = ''] = user.split('.')
      return identity === processIdentity(Number.parseInt(identity))
    })
    return others.length === 0 ? 'last' : 'others'
  }
}

/** Process id and start time: the id alone is given away again. */
export function processIdentity(pid: number): string | undefined {
  const afterName = readIfPresent(`/proc/${String(pid)}/stat`)
    ?.split(') ')
    .at(-1)
  const startTime = afterName?.split(' ')[19]
  return startTime === undefined ? undefined : `${String(pid)}-${startTime}`
}

function socketOf(dockerHost: string | undefined): string {
  return dockerHost?.startsWith('unix://') ? dockerHost.slice('unix://'.length) : '/var/run/docker.sock'
}

/** The version of the engine behind a socket; `undefined` where nothing listens. */
async function engineVersion(socketPath: string): Promise<string | undefined> {
  try {
    const answer: unknown = JSON.parse(await get(socketPath, '/version'))
    return typeof answer === 'object' && answer !== null && 'Version' in answer ? String(answer.Version) : ''
  } catch (error) {
    if (error instanceof Error && 'code' in error && absent.has(error.code)) return undefined
    throw new Error(`Cannot use the Docker engine at ${socketPath}: ${String(error)}`, { cause: error })
  }
}

/** No socket, a socket that nobody listens on any more, an engine that ended while it was asked. */
const absent = new Set<unknown>(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'])

async function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, timeout: startTimeout }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => (body += text))
      response.on('end', () => {
        resolve(body)
      })
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer')))
    sent.on('error', reject)
    sent.end()
  })
}

function lastLines(path: string): string {
  return (readIfPresent(path) ?? '').trim().split('\n').slice(-5).join('\n')
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
