import type { ImagePull, Transfer } from '../build/engine.ts'
import type { LocalImage } from '../model/local-image.ts'
import { formatPlatform } from '../model/platform.ts'
import { formatReference } from '../model/reference.ts'
import { abortable } from './abort.ts'
import { type Connection, EngineError } from './connection.ts'
import { inspectNewImage, tagImage } from './inspect-image.ts'
import { EngineReportError, readJsonLines } from './json-lines.ts'
import { cleanLine } from '../model/clean-line.ts'

/**
 * Pulls by digest and gives the image its local name. Throws an Error with the registry's words where it is absent,
 * not allowed or not reachable.
 */
export function pullImage(request: ImagePull, connection: Connection): Promise<LocalImage> {
  return abortable(connection.signal, async () => {
    const pulled = await pull(request, connection)
    await tagImage(pulled, request.name, connection)
    return inspectNewImage(request.name, connection)
  })
}

/** Gives the name under which the engine keeps what it pulled. */
async function pull(request: ImagePull, connection: Connection): Promise<string> {
  const { registry, repository, digest } = request.reference
  const platform = formatPlatform(request.platform)
  const attempt = `pull ${formatReference(request.reference)} for ${platform}`
  if (digest === undefined) throw new Error(`Cannot ${attempt}: the reference has no digest.`)

  const credentials = request.credentials && { ...request.credentials, serveraddress: registry }
  const source = { fromImage: `${registry}/${repository}`, tag: digest, platform, abortSignal: connection.signal }
  try {
    const progress = await connection.call(attempt, (docker) => docker.createImage(credentials, source))
    await followPull(progress, request)
  } catch (error) {
    const isRefused = error instanceof EngineReportError || error instanceof EngineError
    if (!isRefused) throw error
    const reason = error instanceof EngineError ? error.reason : cleanLine(error.message)
    throw new Error(`Cannot ${attempt}: ${reason}. ${nextStep(registry)}`, { cause: error })
  }
  return formatReference({ registry, repository, digest })
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

function nextStep(registry: string): string {
  return `Let the agent reach ${registry}, and check the inputs "registryMirrors" and "baseRegistryConnection".`
}
