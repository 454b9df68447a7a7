import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Connection } from './connection/connection.ts'
import { lineSplitter } from './line-splitter.ts'
import { cleanLine } from '../model/clean-line.ts'

/** How an application starts says most about why it does not answer, and repeated requests would push that out. */
const keptFirst = 25
const keptLast = 50
const longestPendingLine = 16_384

/** What a container prints. */
export interface ContainerOutput {
  /** The first 25 lines and the last 50, cleaned; between them, how many are left out. */
  lines(): readonly string[]
  /** Settles when the container can print no more; never rejects. */
  readonly ended: Promise<void>
}

/** Collects what a container prints from its first line on: call it before the container is started. */
export async function collectOutput(id: string, connection: Connection): Promise<ContainerOutput> {
  const first: string[] = []
  let last: string[] = []
  let leftOut = 0
  const keep = (more: readonly string[]): void => {
    const missing = keptFirst - first.length
    first.push(...more.slice(0, missing))
    const rest = more.slice(missing)
    const all = [...last, ...rest.slice(-keptLast)]
    leftOut += last.length + rest.length
    last = all.slice(-keptLast)
    leftOut -= last.length
  }
  const stdout = lineSplitter(longestPendingLine)
  const stderr = lineSplitter(longestPendingLine)
  const sink = (splitter: typeof stdout): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        keep(splitter.push(chunk))
        done()
      },
    })

  const stream = await connection.ask('read what the container prints', (docker) =>
    docker
      .getContainer(id)
      .attach({ stream: true, stdout: true, stderr: true, logs: true })
      .then((attached) => {
        docker.modem.demuxStream(attached, sink(stdout), sink(stderr))
        return attached
      }),
  )
  const ended = finished(stream, { writable: false })
    .catch(() => undefined)
    .then(() => {
      keep([...stdout.end(), ...stderr.end()])
    })
  const gap = () => (leftOut === 0 ? [] : [`(${String(leftOut)} lines are left out)`])
  // Cleaned when somebody looks: an application may print far more than anybody does.
  return { lines: () => [...first.map(cleanLine), ...gap(), ...last.map(cleanLine)], ended }
}
