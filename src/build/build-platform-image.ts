import { readFile } from 'node:fs/promises'
import { findBase } from '../dockerfile/find-base.ts'
import { readDockerfile } from '../dockerfile/read-dockerfile.ts'
import { type BuildRecord, type Provenance, recordLabels } from '../model/build-record.ts'
import { shortDigest } from '../model/digest.ts'
import { dotnetVersion } from '../model/image-config.ts'
import type { Log } from '../model/log.ts'
import { throughMirror } from '../model/mirrors.ts'
import { formatReference, withDigest, withImpliedTag } from '../model/reference.ts'
import type { Engine, LocalImage } from './engine.ts'
import { localName } from './local-name.ts'
import { pinImages } from './pin-images.ts'
import { reportBuild } from './report-build.ts'

export interface BuildRequest {
  readonly record: BuildRecord
  readonly provenance: Provenance
  /** Absolute paths of the build context and of the Dockerfile. */
  readonly context: string
  readonly dockerfile: string
  /** Tells images of one run from those of others on the same engine. */
  readonly owner: string
}

export interface PlatformImage {
  /** Local name, unique to this run. */
  readonly name: string
  readonly image: LocalImage
}

/**
 * Builds the platform image on exactly the base that the check saw, and writes the record into its labels. The user's
 * files stay as they are. The base's local copy is removed again; the image stays for the publish.
 */
export async function buildPlatformImage(
  { record, provenance, context, dockerfile: path, owner }: BuildRequest,
  { engine, log }: { engine: Engine; log: Log },
): Promise<PlatformImage> {
  const dockerfile = readDockerfile(await readFile(path, 'utf8'), { platform: record.platform })
  const base = findBase(dockerfile)
  const watched = formatReference(record.base.reference)
  const found = base.kind === 'scratch' ? 'scratch' : formatReference(withImpliedTag(base.reference))
  if (base.kind === 'scratch' || found !== watched) {
    throw new Error(
      `The check watched ${watched}, but ${path} is built on ${found}. Check and build the same Dockerfile.`,
    )
  }

  const baseName = localName('base', owner)
  const name = localName('image', owner)
  const { text } = pinImages(dockerfile, { image: base.reference, localName: baseName }, record.mirrors)
  const pinned = withDigest(throughMirror(record.base.reference, record.mirrors), record.base.digest)
  try {
    log.info(`Pulling ${formatReference(pinned)}`)
    const platform = record.platform
    const baseImage = await engine.pull({ reference: pinned, platform, name: baseName })
    const image = await engine.build({
      context,
      dockerfile: path,
      dockerfileText: text,
      name,
      platform,
      buildArguments: {},
      labels: recordLabels(record, provenance),
      onProgress: reportBuild(log),
    })
    requireOnBase(image, baseImage, watched)
    const version = dotnetVersion(image)
    log.info(
      `Built on ${watched} ${shortDigest(record.base.digest)}${version === undefined ? '' : `, .NET ${version}`}`,
    )
    return { name, image }
  } finally {
    await engine.remove(baseName)
  }
}

/** The proof that the image stands on what was checked: the base's layers are the lowest of its own. */
function requireOnBase(image: LocalImage, base: LocalImage, watched: string): void {
  if (base.layers.every((layer, index) => image.layers[index] === layer)) return
  throw new Error(`The image was not built on ${watched} as the check saw it: its lowest layers are others.`)
}
