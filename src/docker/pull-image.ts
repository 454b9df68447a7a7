import type { ImagePull } from '../build-image/engine.ts'
import type { Transfer } from '../dockerfile-build/builder.ts'
import type { Digest } from '../model/digest.ts'
import type { LocalImage } from '../model/local-image.ts'
import { keptName, parseLocalName, type PulledBase, shortHash } from '../ownership/local-name.ts'
import { formatPlatform } from '../model/platform.ts'
import { formatReference } from '../model/reference.ts'
import { abortable } from './connection/abort.ts'
import { type Connection, EngineError } from './connection/connection.ts'
import { inspectNewImage, namesOf, tagImage } from './inspect-image.ts'
import { EngineReportError, readJsonLines } from './json-lines.ts'
import { cleanLine } from '../model/clean-line.ts'

/** A base cannot be pulled. */
export class PullRefusedError extends Error {
  override readonly name = 'PullRefusedError'
  /** What was attempted; completes the sentence "Cannot ...". */
  readonly operation: string
  readonly registry: string
  /** The registry's or the engine's own words. */
  readonly words: string

  constructor(
    { operation, registry, words }: Pick<PullRefusedError, 'operation' | 'registry' | 'words'>,
    options: ErrorOptions,
  ) {
    super(`${operation}: ${words}`, options)
    this.operation = operation
    this.registry = registry
    this.words = words
  }
}

/**
 * Pulls by digest and gives the image its local name. Throws PullRefusedError where it is absent, not allowed or not
 * reachable.
 */
export function pullImage(request: ImagePull, connection: Connection, now = new Date()): Promise<LocalImage> {
  const { reference, platform, name, knownAs = reference } = request
  const { registry, repository, digest } = reference
  const attempt = `pull ${formatReference(reference)} for ${formatPlatform(platform)}`
  return abortable(connection.signal, async () => {
    if (digest === undefined) throw new Error(`${attempt}: the reference has no digest`)
    // The name under which the engine keeps what it pulls.
    const pulled = formatReference({ registry, repository, digest })
    const base = { name: knownAs, platform, source: `${registry}/${repository}`, digest }
    const names = (await isSomebodys(pulled, base, connection)) ? [name] : [keptName(base, now), name]
    await pull({ ...request, digest, attempt }, connection)
    try {
      await tagAll(pulled, names, connection)
    } catch (error) {
      // Another run on this engine may have swept it in between, as the older one of its name.
      if (!(error instanceof EngineError && error.status === 404)) throw error
      await pull({ ...request, digest, attempt }, connection)
      await tagAll(pulled, names, connection)
    }
    return inspectNewImage(name, connection)
  })
}

/** What is pulled, and what that is called in messages. */
interface DigestPull extends ImagePull {
  readonly digest: Digest
  readonly attempt: string
}

/** Whether the engine has it, but not because an earlier run pulled it: then it is not ours to remove. */
async function isSomebodys(pulled: string, { source }: PulledBase, connection: Connection): Promise<boolean> {
  const names = await namesOf(pulled, connection)
  const isOurs = names?.map(parseLocalName).some((says) => says?.role === 'kept' && says.source === shortHash(source))
  return isOurs === false
}

async function tagAll(pulled: string, names: readonly string[], connection: Connection): Promise<void> {
  for (const name of names) await tagImage(pulled, name, connection)
}

async function pull(request: DigestPull, connection: Connection): Promise<void> {
  const { digest, attempt } = request
  const { registry, repository } = request.reference
  const platform = formatPlatform(request.platform)
  const credentials = request.credentials && { ...request.credentials, serveraddress: registry }
  const source = { fromImage: `${registry}/${repository}`, tag: digest, platform, abortSignal: connection.signal }
  try {
    const progress = await connection.call(attempt, (docker) => docker.createImage(credentials, source))
    await followPull(progress, request)
  } catch (error) {
    const isRefused = error instanceof EngineReportError || error instanceof EngineError
    if (!isRefused) throw error
    const words = error instanceof EngineError ? error.words : cleanLine(error.message)
    throw new PullRefusedError({ operation: attempt, registry, words }, { cause: error })
  }
}

/** Adds up what has come of each layer; the engine tells of each alone. */
async function followPull(progress: AsyncIterable<Uint8Array | string>, { onProgress }: ImagePull): Promise<void> {
  const layers = new Map<string, Transfer>()
  for await (const { id, status, progressDetail } of readJsonLines(progress)) {
    if (id === undefined || status !== 'Downloading' || progressDetail?.current === undefined) continue
    layers.set(id, { current: progressDetail.current, total: progressDetail.total ?? 0 })
    const sum = (key: keyof Transfer) => [...layers.values()].reduce((bytes, layer) => bytes + layer[key], 0)
    onProgress?.({ current: sum('current'), total: sum('total') })
  }
}
