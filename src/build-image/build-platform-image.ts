import { assumeBase, findBase } from '../dockerfile/find-base.ts'
import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { type Dockerfile, readDockerfile } from '../dockerfile/read-dockerfile.ts'
import { type BuildPlan, type Provenance, recordLabels } from '../model/build-record.ts'
import { shortDigest } from '../model/digest.ts'
import { formatBytes } from '../model/format-bytes.ts'
import { dotnetVersion } from '../model/image-config.ts'
import type { LocalImage } from '../model/local-image.ts'
import { localName } from '../ownership/local-name.ts'
import { formatPlatform, type Platform, samePlatform } from '../model/platform.ts'
import { formatReference, withImpliedTag } from '../model/reference.ts'
import {
  buildDockerfile,
  type DockerfileBuildPorts,
  type BuiltImage,
  type DockerfileBuild,
} from '../dockerfile-build/build-dockerfile.ts'
import { cleanUp } from '../dockerfile-build/clean-up.ts'
import type { BuildEngine } from './engine.ts'
import type { BuildContext } from './build-context.ts'
import { BuildError } from './build-error.ts'
import { type Pin, pinImages } from './pin-images.ts'
import { pullBase, type PullPorts } from './pull-base.ts'
import { requireCapableEngine } from '../dockerfile-build/require-capable-engine.ts'

export interface BuildRequest {
  readonly record: BuildPlan
  readonly provenance: Provenance
  /** Absolute path of the build context. */
  readonly context: string
  readonly dockerfile: DockerfileSource
  /** Tells images of one run from those of others on the same engine. */
  readonly owner: string
  /** In addition to those of the record; no comparison ever sees them. */
  readonly buildArguments?: Readonly<Record<string, string>>
  /** Values for `RUN --mount=type=secret,id=...`, by id; masked in the log before they get here. */
  readonly secrets?: Readonly<Record<string, string>>
  /** In addition to those of the record, and never in place of one. */
  readonly labels?: Readonly<Record<string, string>>
  readonly layerCache?: LayerCache
}

/**
 * What becomes of the layers that the engine has kept of earlier builds. `auto`: they are used, but not where the very
 * point is to run the steps again, such as to install today's packages.
 */
export type LayerCache = 'auto' | 'use' | 'ignore'

export interface PlatformImage extends BuiltImage {
  /** Local name, unique to this run. */
  readonly name: string
  /** As it was pulled; undefined where the image takes only files from it. */
  readonly base: LocalImage | undefined
}

export interface BuildPorts extends DockerfileBuildPorts, PullPorts {
  readonly engine: BuildEngine
  readonly buildContext: BuildContext
}

/**
 * Builds the platform image on exactly the base that the check saw, and writes the record into its labels. The user's
 * files stay as they are. Our names of the base go again, while the engine keeps what it pulled for the next run; the
 * image stays for the publish.
 */
export async function buildPlatformImage(request: BuildRequest, ports: BuildPorts): Promise<PlatformImage> {
  const { record, dockerfile, owner } = request
  const { engine, buildContext, log } = ports
  const buildArguments = { ...record.buildArguments, ...request.buildArguments }
  const name = localName('image', owner)
  const { platform: buildPlatform } = await requireCapableEngine([dockerfile], engine)
  const { content, pins, standsOn } = pinBaseInDockerfile({ ...request, buildArguments, buildPlatform })
  // What cannot be sent is told before anything is pulled.
  await buildContext.list()
  await requireSameContext(request, ports)

  const bases = new Map<Pin, LocalImage>()
  try {
    for (const pin of pins) bases.set(pin, await pullBase(record, pin, ports))
    const build = { ...describeBuild({ ...request, buildArguments }, pins), name, content }
    const built = await buildDockerfile(build, ports)
    const base = standsOn && bases.get(standsOn)
    try {
      if (base) requireOnBase(built.image, base, record)
      requireLabels(built.image, build.labels)
      // It may have changed since: pulls and builds take their time.
      await requireSameContext(request, ports)
    } catch (error) {
      await cleanUp(name, () => engine.remove(name), log)
      throw error
    }
    log.info(builtLine(built.image, record))
    return { ...built, name, base }
  } finally {
    for (const pin of pins) await cleanUp(pin.name, () => engine.remove(pin.name), log)
  }
}

/** The build of a request, but for the Dockerfile's content and the name of the image. */
function describeBuild(request: BuildRequest, pins: readonly Pin[]): Omit<DockerfileBuild, 'name' | 'content'> {
  const { record, provenance, context, dockerfile, labels, secrets = {}, layerCache = 'auto' } = request
  return {
    title: `Build of ${dockerfile.path}`,
    context,
    dockerfile: dockerfile.path,
    platform: record.platform,
    buildArguments: request.buildArguments ?? {},
    ...(record.target !== undefined && { target: record.target }),
    labels: { ...labels, ...recordLabels(record, provenance) },
    secrets,
    ignoreCache: ignoresCache(layerCache, record),
    shownNames: Object.fromEntries(pins.map((pin) => [pin.name, formatReference(record.base.reference)])),
  }
}

async function requireSameContext({ record, context }: BuildRequest, { buildContext }: BuildPorts): Promise<void> {
  if (record.contextHash === undefined || (await buildContext.hash(record)) === record.contextHash) return
  throw new BuildError({ what: 'context-changed', context })
}

function ignoresCache(layerCache: LayerCache, { reason }: BuildPlan): boolean {
  return layerCache === 'ignore' || (layerCache === 'auto' && (reason === 'forced' || reason === 'max-age'))
}

interface PinBaseRequest extends BuildRequest {
  readonly buildArguments: Readonly<Record<string, string>>
  readonly buildPlatform: Platform
}

/**
 * The Dockerfile with the pinned base in it. The image stands on one of the pins, unless its final stage begins from
 * scratch: then the watched image must be among those that lend it files.
 */
function pinBaseInDockerfile({ record, dockerfile: { path, parsed }, owner, ...options }: PinBaseRequest): {
  content: Dockerfile
  pins: readonly Pin[]
  standsOn: Pin | undefined
} {
  const { platform, target, base, mirrors } = record
  const dockerfile = assumeBase(readDockerfile(parsed, { ...options, platform, target }), base.reference, target)
  const found = findBase(dockerfile, target)
  const watched = formatReference(base.reference)
  const image = found.kind === 'image' ? found.reference : base.reference
  const nameFor = (wanted: Platform) => baseName(owner, samePlatform(wanted, platform) ? undefined : wanted)
  const { content, pins } = pinImages(dockerfile, { image, platform, nameFor }, mirrors)
  if (pins.length > 0 && formatReference(withImpliedTag(image)) === watched) {
    const lowest = found.kind === 'image' ? (found.platform ?? platform) : undefined
    return { content, pins, standsOn: lowest && pins.find((pin) => samePlatform(pin.platform, lowest)) }
  }
  const builtOn = found.kind === 'image' ? formatReference(withImpliedTag(image)) : 'scratch, and does not name it'
  throw new BuildError({ what: 'other-base', watched: base.reference, path, builtOn })
}

/** A stage of another platform has a base of its own. */
function baseName(owner: string, other: Platform | undefined): string {
  return localName('base', other === undefined ? owner : `${owner}.${formatPlatform(other).replaceAll('/', '-')}`)
}

/** The proof that the image stands on what was checked: the base's layers are the lowest of its own. */
function requireOnBase(image: LocalImage, base: LocalImage, record: BuildPlan): void {
  if (base.layers.every((layer, index) => image.layers[index] === layer)) return
  throw new BuildError({ what: 'not-on-base', watched: record.base.reference })
}

/** A frontend of the Dockerfile's own writes what it likes, and every later check believes the labels. */
function requireLabels({ labels }: LocalImage, wanted: Readonly<Record<string, string>>): void {
  const others = Object.keys(wanted).filter((name) => labels[name] !== wanted[name])
  if (others.length > 0) throw new BuildError({ what: 'other-labels', labels: others })
}

function builtLine(image: LocalImage, { base }: BuildPlan): string {
  const version = dotnetVersion(image)
  const dotnet = version === undefined ? '' : `, .NET ${version}`
  return `Built on ${formatReference(base.reference)} ${shortDigest(base.digest)}${dotnet}, ${formatBytes(image.size)}`
}
