import type { DockerfileSource } from '../dockerfile/load-dockerfile.ts'
import { assumeBase, findBase } from '../dockerfile/find-base.ts'
import { readDockerfile } from '../dockerfile/read-dockerfile.ts'
import { type BuildRecord, type Provenance, recordLabels } from '../model/build-record.ts'
import { shortDigest } from '../model/digest.ts'
import { dotnetVersion } from '../model/image-config.ts'
import type { RegistryCredentials } from '../model/credentials.ts'
import type { LocalImage } from '../model/local-image.ts'
import { localName } from '../model/local-name.ts'
import type { Log } from '../model/log.ts'
import { throughMirror } from '../model/mirrors.ts'
import { formatReference, withDigest, withImpliedTag } from '../model/reference.ts'
import { cleanUp } from './clean-up.ts'
import type { Engine } from './engine.ts'
import { pinImages } from './pin-images.ts'
import { reportBuild } from './report-build.ts'

export interface BuildRequest {
  readonly record: BuildRecord
  readonly provenance: Provenance
  /** Absolute path of the build context. */
  readonly context: string
  readonly dockerfile: DockerfileSource
  /** Tells images of one run from those of others on the same engine. */
  readonly owner: string
}

export interface PlatformImage {
  /** Local name, unique to this run. */
  readonly name: string
  readonly image: LocalImage
}

interface Outside {
  readonly engine: Engine
  /** The hash of what the build takes, by the algorithm that the check uses. */
  readonly hashContext: () => Promise<string>
  /** What a private base registry asks for; undefined for a public one. */
  readonly credentialsFor: (registry: string) => Promise<RegistryCredentials | undefined>
  readonly log: Log
}

/**
 * Builds the platform image on exactly the base that the check saw, and writes the record into its labels. The user's
 * files stay as they are. Our name of the base goes again, while the engine keeps what it pulled for the next run; the
 * image stays for the publish.
 */
export async function buildPlatformImage(
  { record, provenance, context, dockerfile, owner }: BuildRequest,
  { engine, hashContext, credentialsFor, log }: Outside,
): Promise<PlatformImage> {
  const { buildArguments, target, platform } = record
  const baseName = localName('base', owner)
  const name = localName('image', owner)
  const { text, standsOnBase } = pinBase(dockerfile, record, baseName)
  if (record.contextHash !== undefined && (await hashContext()) !== record.contextHash) {
    throw new Error(
      `The context ${context} changed between check and build, so the check's record does not fit it. Run the pipeline again.`,
    )
  }

  const pinned = withDigest(throughMirror(record.base.reference, record.mirrors), record.base.digest)
  try {
    log.info(`Pulling ${formatReference(pinned)}`)
    const credentials = await credentialsFor(pinned.registry)
    const pull = { reference: pinned, platform, name: baseName, ...(credentials && { credentials }) }
    const baseImage = await engine.pull(pull)
    const image = await engine.build({
      context,
      dockerfile: dockerfile.path,
      dockerfileText: text,
      name,
      platform,
      buildArguments,
      ...(target !== undefined && { target }),
      labels: recordLabels(record, provenance),
      onProgress: reportBuild(log),
    })
    if (standsOnBase) requireOnBase(image, baseImage, record)
    log.info(builtLine(record, image))
    return { name, image }
  } finally {
    await cleanUp(baseName, () => engine.remove(baseName), log)
  }
}

/**
 * The Dockerfile with the pinned base in it. The image stands on the base, unless its final stage begins from scratch:
 * then the watched image must be among those that lend it files.
 */
function pinBase(
  { path, text: original }: DockerfileSource,
  { platform, buildArguments, target, base, mirrors }: BuildRecord,
  baseName: string,
): { text: string; standsOnBase: boolean } {
  const dockerfile = assumeBase(readDockerfile(original, { platform, buildArguments }), base.reference, target)
  const found = findBase(dockerfile, target)
  const watched = formatReference(base.reference)
  const image = found.kind === 'image' ? found.reference : base.reference
  const { text, isPinned } = pinImages(dockerfile, { image, localName: baseName }, mirrors)
  if (isPinned && formatReference(withImpliedTag(image)) === watched) {
    return { text, standsOnBase: found.kind === 'image' }
  }
  const builtOn = found.kind === 'image' ? formatReference(withImpliedTag(image)) : 'scratch, and does not name it'
  throw new Error(
    `The check watched ${watched}, but ${path} is built on ${builtOn}. Check and build the same Dockerfile.`,
  )
}

/** The proof that the image stands on what was checked: the base's layers are the lowest of its own. */
function requireOnBase(image: LocalImage, base: LocalImage, record: BuildRecord): void {
  if (base.layers.every((layer, index) => image.layers[index] === layer)) return
  const watched = formatReference(record.base.reference)
  throw new Error(`The image was not built on ${watched} as the check saw it: its lowest layers are others.`)
}

function builtLine({ base }: BuildRecord, image: LocalImage): string {
  const version = dotnetVersion(image)
  const dotnet = version === undefined ? '' : `, .NET ${version}`
  return `Built on ${formatReference(base.reference)} ${shortDigest(base.digest)}${dotnet}`
}
