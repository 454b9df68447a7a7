import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Connection } from './connection/connection.ts'
import { lineSplitter } from './line-splitter.ts'
import { cleanLine } from '../model/clean-line.ts'

const keptLines = 50
const longestPendingLine = 16_384

/** What a container prints. */
export interface ContainerOutput {
  /** The last 50 lines, cleaned. */
  lastLines(): readonly string[]
  /** Settles when the container can print no more; never rejects. */
  readonly ended: Promise<void>
}

/** Collects what a container prints from its first line on: call it before the container is started. */
export async function collectOutput(id: string, connection: Connection): Promise<ContainerOutput> {
  let lines: string[] = []
  const keep = (more: readonly string[]): void => {
    lines = [...lines, ...more.slice(-keptLines).map(cleanLine)].slice(-keptLines)
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
  return { lastLines: () => lines, ended }
}
