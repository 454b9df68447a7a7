import type { ContextEntry } from '../../build-context/list-context.ts'
import { type GrpcCall, GrpcError, type GrpcMethod, internal, notFound } from './grpc-calls.ts'
import { dataPacket, endOfEntries, entryPacket, finishedPacket, readReceiverPacket } from './sync-packets.ts'

/** A folder that BuildKit may fetch. */
export interface SyncedFolder {
  /** Parents before children, siblings sorted by the bytes of their names. */
  readonly entries: readonly ContextEntry[]
  /** Reads a file in pieces of at most 1 MB. What it throws ends the transfer. */
  read(path: string): AsyncIterable<Uint8Array>
}

/** Folders by the name that BuildKit has for them. */
export type SyncedFolders = Readonly<Record<string, SyncedFolder>>

const nothing = new Uint8Array()
const rulesFile = '.dockerignore'

/**
 * Lets BuildKit fetch folders: it gets a list of all entries and asks for the files that it has not kept from earlier.
 * Its patterns are ignored, because the rules of .dockerignore have been applied and what a step does not use
 * does not change it. https://github.com/moby/buildkit/blob/master/session/filesync/filesync.proto
 */
export function diffCopy(folders: SyncedFolders): GrpcMethod {
  return async (call) => {
    const name = call.metadata('dir-name') ?? ''
    const folder = Object.hasOwn(folders, name) ? folders[name] : undefined
    if (folder === undefined) throw new GrpcError(notFound, `no folder ${name}`)
    const entries = asksForRules(call) ? folder.entries.filter(({ path }) => path === rulesFile) : folder.entries
    for (const entry of entries) await call.send(entryPacket(entry))
    await call.send(endOfEntries)
    await serveFiles(call, folder, entries)
  }
}

/** Before the context, BuildKit fetches its .dockerignore alone, under another key: not worth the whole context. */
function asksForRules(call: GrpcCall): boolean {
  return (call.metadata('include-patterns') ?? call.metadata('followpaths')) === rulesFile
}

async function serveFiles(call: GrpcCall, folder: SyncedFolder, entries: readonly ContextEntry[]): Promise<void> {
  for (let message = await call.receive(); message !== undefined; message = await call.receive()) {
    const packet = readReceiverPacket(message)
    switch (packet.kind) {
      case 'request':
        await sendFile(call, folder, { id: packet.id, entry: entries[packet.id] })
        break
      case 'finished':
        await call.send(finishedPacket())
        return
      case 'failed':
        throw new GrpcError(internal, packet.reason)
    }
  }
}

async function sendFile(
  call: GrpcCall,
  folder: SyncedFolder,
  { id, entry }: { readonly id: number; readonly entry: ContextEntry | undefined },
): Promise<void> {
  if (entry?.kind !== 'file') throw new GrpcError(notFound, `no file ${String(id)}`)
  for await (const piece of folder.read(entry.path)) await call.send(dataPacket(id, piece))
  await call.send(dataPacket(id, nothing))
}
