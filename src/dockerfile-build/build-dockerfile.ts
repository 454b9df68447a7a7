import { type Dockerfile, type ImageUse, imageUses } from '../dockerfile/read-dockerfile.ts'
import type { RegistryCredentials } from '../model/credentials.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Log } from '../model/log.ts'
import { formatReference, type Reference, withImpliedTag } from '../model/reference.ts'
import { BuildFailedError, type BuildProgress, type BuildStep, type Builder, type ImageBuild } from './builder.ts'
import { isHousekeeping, reportBuild } from './report-build.ts'

export interface DockerfileBuild extends Omit<ImageBuild, 'credentials' | 'onProgress' | 'dockerfileText'> {
  /** What is built instead of the file's own content, with the images that it names. */
  readonly content: Dockerfile
  /** Under which the log can be folded. */
  readonly title: string
}

export interface BuiltImage {
  readonly image: LocalImage
  /** What the Dockerfile's steps took, in the order in which they ended. */
  readonly steps: readonly BuildStep[]
}

export interface DockerfileBuildPorts {
  readonly engine: Pick<Builder, 'build'>
  /** What a registry asks for; undefined for a public one. */
  readonly credentialsFor: (registry: string) => Promise<RegistryCredentials | undefined>
  readonly log: Log
}

/** An image that a Dockerfile names cannot be fetched. */
export class ImageUnavailableError extends Error {
  override readonly name = 'ImageUnavailableError'
  /** Absolute path of the Dockerfile. */
  readonly path: string
  /** Where it names the image. */
  readonly use: Pick<ImageUse, 'instruction' | 'written' | 'line'>
  /** The builder's own words. */
  readonly reason: string

  constructor({ path, use, reason }: Pick<ImageUnavailableError, 'path' | 'use' | 'reason'>, options?: ErrorOptions) {
    super(`${use.written}: ${reason}`, options)
    this.path = path
    this.use = use
    this.reason = reason
  }
}

/**
 * Builds and tells how it goes, under a fold of its own; the last lines of a step that fails stand below it. Each
 * registry that the content names gets its credentials, when it asks. Throws BuildFailedError where a step fails,
 * ImageUnavailableError where that step was to fetch an image.
 */
export async function buildDockerfile(
  { title, content, ...build }: DockerfileBuild,
  { engine, credentialsFor, log }: DockerfileBuildPorts,
): Promise<BuiltImage> {
  const credentials = await findCredentials(registriesIn(content), credentialsFor)
  const report = reportBuild(log, build.dockerfile)
  const steps: BuildStep[] = []
  const onProgress = (progress: BuildProgress) => {
    if (progress.kind === 'step' && !isHousekeeping(progress.name)) steps.push(progress)
    report(progress)
  }
  try {
    const image = await log.group(title, () =>
      engine.build({ ...build, dockerfileText: content.text, credentials, onProgress }),
    )
    return { image, steps: joinSteps(steps) }
  } catch (error) {
    if (!(error instanceof BuildFailedError)) throw error
    for (const line of error.output) log.info(`    ${line}`)
    throw unreachable(content, build.dockerfile, error) ?? error
  }
}

/** The image that the failed step could not get; undefined where another step failed. */
function unreachable(dockerfile: Dockerfile, path: string, failed: BuildFailedError): Error | undefined {
  const isWanted = ({ names }: ImageUse) => names.kind === 'image' && fetches(failed.step, names.reference)
  const use = allUses(dockerfile).find(isWanted)
  return use && new ImageUnavailableError({ path, use, reason: failed.reason }, { cause: failed })
}

/** Whether a step looks an image up or fetches it, in the words of the builder. */
function fetches(step: string, reference: Reference): boolean {
  const [, found] =
    /^(?:\[internal\] load metadata for|resolve image config for|\[[^\]]*\] FROM) (?:docker-image:\/\/)?(\S+)$/.exec(
      step,
    ) ?? []
  const name = formatReference(withImpliedTag(reference))
  return found !== undefined && (found === name || found.startsWith(`${name}@`))
}

/** The registries that the builder asks for images. */
function registriesIn(dockerfile: Dockerfile): ReadonlySet<string> {
  const registries = allUses(dockerfile).flatMap(({ names }) =>
    names.kind === 'image' ? [names.reference.registry] : [],
  )
  return new Set(registries.filter((registry) => registry !== 'localhost'))
}

function allUses({ syntax, ...dockerfile }: Dockerfile): ImageUse[] {
  return [...(syntax === undefined ? [] : [syntax]), ...imageUses(dockerfile)]
}

/** One entry a name: engines tell a step again that was only looked up, and an image that they found and then fetch. */
function joinSteps(steps: readonly BuildStep[]): BuildStep[] {
  const joined = new Map<string, BuildStep>()
  for (const { name, seconds, cached } of steps) {
    const before = joined.get(name)
    joined.set(name, { name, seconds: seconds + (before?.seconds ?? 0), cached: cached && before?.cached !== false })
  }
  return [...joined.values()]
}

async function findCredentials(
  registries: ReadonlySet<string>,
  credentialsFor: DockerfileBuildPorts['credentialsFor'],
): Promise<Record<string, RegistryCredentials>> {
  const found: Record<string, RegistryCredentials> = {}
  for (const registry of registries) {
    const credentials = await credentialsFor(registry)
    if (credentials !== undefined) found[registry] = credentials
  }
  return found
}
