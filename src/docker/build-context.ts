import { createReadStream } from 'node:fs'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { type Header, pack, type Pack } from 'tar-stream'
import { digestOf } from '../model/digest.ts'
import { type ContextEntry, listContext } from './list-context.ts'

export interface ContextRequest {
  /** Absolute path of the folder. */
  readonly context: string
  /** Absolute path of the Dockerfile, in the folder or elsewhere. */
  readonly dockerfile: string
  /** What is sent in place of the file's own content. */
  readonly dockerfileText: string
}

export interface PackedContext {
  /** A tar archive, read from the disk as it is consumed. It fails with an Error that names the file. */
  readonly archive: Readable
  /** The name of the Dockerfile in the archive. */
  readonly dockerfile: string
}

/** Packs a build context as the docker CLI does: links stay links, modes are kept, everything belongs to root. */
export async function packContext({ context, dockerfile, dockerfileText }: ContextRequest): Promise<PackedContext> {
  const entries = await listContext(context, dockerfile)
  const path = relative(context, dockerfile)
  const isInside = entries.some((entry) => entry.kind === 'file' && entry.path === path)
  const name = isInside ? path : outsideName(dockerfileText)

  return { archive: Readable.from(archiveOf(), { objectMode: false }), dockerfile: name }

  async function* archiveOf(): AsyncGenerator<Uint8Array> {
    const archive = pack()
    let problem: unknown
    const filled = fill(archive).catch((error: unknown) => {
      problem = error
      archive.destroy(error instanceof Error ? error : new Error(String(error)))
    })
    try {
      for await (const chunk of archive) yield chunk as Uint8Array
    } catch (error) {
      await filled
      throw problem ?? error
    }
  }

  async function fill(archive: Pack): Promise<void> {
    if (!isInside) await addText(archive, { name }, dockerfileText)
    for (const entry of entries) {
      const header = headerOf(entry)
      if (entry.path === name) await addText(archive, header, dockerfileText)
      else if (entry.kind === 'file') await addFile(archive, header, join(context, entry.path), entry.size)
      else await addText(archive, header, '')
    }
    archive.finalize()
  }
}

type EntryHeader = Pick<Header, 'name'> & Partial<Header>

/** A name that no file of the context has, yet the same for the same text: `COPY . .` sees it and is cached by it. */
function outsideName(dockerfileText: string): string {
  return `.dockerfile.${digestOf(dockerfileText).slice('sha256:'.length)}`
}

function headerOf(entry: ContextEntry): EntryHeader {
  const { path: name, mode, modified: mtime } = entry
  const header = { name, mode, mtime, uid: 0, gid: 0 }
  switch (entry.kind) {
    case 'directory':
      return { ...header, name: `${name}/`, type: 'directory' }
    case 'link':
      return { ...header, type: 'symlink', linkname: entry.target }
    case 'file':
      return { ...header, type: 'file', size: entry.size }
  }
}

function addText(archive: Pack, header: EntryHeader, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, text, settle(resolve, reject)).on('error', reject)
  })
}

/** Reads what the listing saw of the file, so that one that grows meanwhile does not break the archive. */
async function addFile(archive: Pack, header: EntryHeader, file: string, size: number): Promise<void> {
  if (size === 0) return addText(archive, header, '')
  const content = createReadStream(file, { end: size - 1 })
  try {
    await new Promise<void>((resolve, reject) => {
      const entry = archive.entry(header, settle(resolve, reject)).on('error', reject)
      content.on('error', (error) => {
        entry.destroy(error)
      })
      content.pipe(entry)
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Cannot send ${file} to the engine: ${reason}`, { cause })
  } finally {
    content.destroy()
  }
}

function settle(resolve: () => void, reject: (error: Error) => void): (error?: Error | null) => void {
  return (error) => {
    if (error) reject(error)
    else resolve()
  }
}
