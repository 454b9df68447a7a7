/** Who made a container or a local image, with what tells later whether they still live. */
export interface Owner {
  readonly began: Date
  readonly process: ProcessIdentity
  /** The container in which the process runs: the first 12 characters of its id. */
  readonly container?: string
}

/** One process among all: its number counts in one namespace, during one boot of one machine. */
export interface ProcessIdentity {
  readonly machine: string
  readonly boot: string
  readonly namespace: string
  readonly number: number
  /** When it started, in whatever unit the machine counts: numbers are given away again. */
  readonly start: string
}

export type Life = 'alive' | 'dead' | 'unknown'

/** What can be seen from where a process looks. */
export interface LifeView {
  /** The process that looks. */
  readonly self: ProcessIdentity
  /** Of a process in the same namespace, boot and machine. */
  readonly lifeOf: (process: ProcessIdentity) => Life
  readonly runsContainer: (id: string) => boolean
}

/** Whether the owner still works. A process that cannot be seen from here may well live, as long as its container does. */
export function judgeLife({ process, container }: Owner, { self, lifeOf, runsContainer }: LifeView): Life {
  const isSameMachine = process.machine === self.machine
  const isSameBoot = isSameMachine && process.boot === self.boot
  if (isSameBoot && process.namespace === self.namespace) return lifeOf(process)
  if (container !== undefined && !runsContainer(container)) return 'dead'
  return isSameMachine && !isSameBoot ? 'dead' : 'unknown'
}

/** Writes an owner as text that fits into a tag and into a label; `unique`, 8 hexadecimal digits, tells two of one process apart. */
export function formatOwner({ began, process, container = '0' }: Owner, unique: string): string {
  const { machine, boot, namespace, number, start } = process
  return [formatTime(began), machine, boot, namespace, String(number), start, container, unique].join('-')
}

const pattern =
  /^(?<time>\d{8}t\d{6})-(?<machine>[0-9a-f]+)-(?<boot>[0-9a-f]+)-(?<namespace>\w+)-(?<number>\d+)-(?<start>\w+)-(?<container>[0-9a-f]{12}|0)-[0-9a-f]{8}$/

/** Reads an owner's text; undefined where it is none. */
export function parseOwner(text: string): Owner | undefined {
  const found = pattern.exec(text)?.groups
  const began = parseTime(found?.time ?? '')
  if (found === undefined || began === undefined) return undefined
  const { machine = '', boot = '', namespace = '', number, start = '', container = '0' } = found
  return {
    began,
    process: { machine, boot, namespace, number: Number(number), start },
    ...(container !== '0' && { container }),
  }
}

/** `20261123t123456`, in UTC. */
export function formatTime(time: Date): string {
  return time
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z$/g, '')
    .toLowerCase()
}

/** Undefined where the text is no time as `formatTime` writes it. */
export function parseTime(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)$/.exec(text) ?? []
  if (year === undefined) return undefined
  const iso = `${year}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`
  const time = new Date(iso)
  return Number.isNaN(time.getTime()) ? undefined : time
}
