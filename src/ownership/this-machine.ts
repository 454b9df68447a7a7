import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { shortHash } from './local-name.ts'
import type { Life, ProcessIdentity } from './owner.ts'

/** What can be told about processes here. */
export interface Machine {
  /** This process. */
  readonly self: ProcessIdentity
  /** Whether a process of the same machine, boot and namespace still runs. */
  readonly lifeOf: (process: ProcessIdentity) => Life
}

/**
 * The machine, or the container, that this process runs on. Linux tells of processes by the files of `/proc`, macOS by
 * `ps`.
 */
export function thisMachine(proc = '/proc'): Machine {
  const start = startOf(process.pid, proc)
  const namespace = join(proc, 'self/ns/pid')
  return {
    self: {
      machine: part(`${hostname()} ${readIfPresent('/etc/machine-id') ?? ''}`),
      boot: part(readIfPresent(join(proc, 'sys/kernel/random/boot_id')) ?? ''),
      namespace: existsSync(namespace) ? readlinkSync(namespace).replace(/\D/g, '') : '0',
      number: process.pid,
      start: typeof start === 'string' ? start : '0',
    },
    lifeOf({ number, start: wanted }) {
      const found = startOf(number, proc)
      if (typeof found === 'string') return found === wanted ? 'alive' : 'dead'
      return found.hasEnded ? 'dead' : 'unknown'
    },
  }
}

/** When a process started. Those of other users may be hidden, but not that there are some. */
function startOf(pid: number, proc: string): string | { readonly hasEnded: boolean } {
  const found = existsSync(join(proc, 'self/stat')) ? startFromProc(pid, proc) : startFromPs(pid)
  return found ?? { hasEnded: !exists(pid) }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: behind the name, the state comes first, the start 20th. */
function startFromProc(pid: number, proc: string): ReturnType<typeof startOf> | undefined {
  const [state = '', ...fields] =
    readIfPresent(join(proc, String(pid), 'stat'))
      ?.split(') ')
      .at(-1)
      ?.split(' ') ?? []
  if (state === '') return undefined
  return /[ZX]/.test(state) ? { hasEnded: true } : fields[18]
}

function startFromPs(pid: number): string | undefined {
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return started.replaceAll(/\W/g, '')
  } catch {
    return undefined
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function part(text: string): string {
  return shortHash(text).slice(0, 8)
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
