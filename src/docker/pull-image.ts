import type { ImagePull } from '../build/engine.ts'
import type { LocalImage } from '../model/local-image.ts'
import { formatPlatform } from '../model/platform.ts'
import { formatReference } from '../model/reference.ts'
import { abortable } from './abort.ts'
import type { Connection } from './connection.ts'
import { inspectNewImage, tagImage } from './inspect-image.ts'
import { EngineReportError, readToEnd } from './json-lines.ts'
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
    await readToEnd(progress)
  } catch (error) {
    if (!(error instanceof EngineReportError)) throw error
    throw new Error(`Cannot ${attempt}: ${cleanLine(error.message)}`, { cause: error })
  }
  return formatReference({ registry, repository, digest })
}
