import { type Dockerfile, imageUses, readDockerfile } from '../dockerfile/read-dockerfile.ts'
import type { RegistryCredentials } from '../model/credentials.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Log } from '../model/log.ts'
import { formatReference } from '../model/reference.ts'
import { BuildFailedError, type BuildProgress, type BuildStep, type Engine, type ImageBuild } from './engine.ts'
import { isHousekeeping, reportBuild } from './report-build.ts'

export interface DockerfileBuild extends Omit<ImageBuild, 'credentials' | 'onProgress'> {
  /** Under which the log can be folded. */
  readonly title: string
  /** Our own names in the text, by what a reader of the log knows instead of them. */
  readonly shownNames?: Readonly<Record<string, string>>
}

export interface BuiltImage {
  readonly image: LocalImage
  /** What the Dockerfile's steps took, in the order in which they ended. */
  readonly steps: readonly BuildStep[]
}

export interface BuildOutside {
  readonly engine: Pick<Engine, 'build'>
  /** What a registry asks for; undefined for a public one. */
  readonly credentialsFor: (registry: string) => Promise<RegistryCredentials | undefined>
  readonly log: Log
}

/**
 * Builds and tells how it goes, under a fold of its own; the last lines of a step that fails stand below it. Each
 * registry that the text names gets its credentials, when it asks. Throws BuildFailedError where a step fails.
 */
export async function buildDockerfile(
  { title, shownNames = {}, ...build }: DockerfileBuild,
  { engine, credentialsFor, log }: BuildOutside,
): Promise<BuiltImage> {
  const dockerfile = readDockerfile(build.dockerfileText, build)
  const credentials = await findCredentials(registriesIn(dockerfile), credentialsFor)
  const show = shownBy(shownNames)
  const report = reportBuild(log, build.dockerfile)
  const steps: BuildStep[] = []
  const onProgress = (progress: BuildProgress) => {
    const shown = showIn(progress, show)
    if (shown.kind === 'step' && !isHousekeeping(shown.name)) steps.push(shown)
    report(shown)
  }
  try {
    const image = await log.group(title, () => engine.build({ ...build, credentials, onProgress }))
    return { image, steps: joinSteps(steps) }
  } catch (error) {
    if (!(error instanceof BuildFailedError)) throw error
    const failed = new BuildFailedError(show(error.step), show(error.reason), error.output.map(show))
    for (const line of failed.output) log.info(`    ${line}`)
    throw unreadable(dockerfile, build.dockerfile, failed) ?? failed
  }
}

/** What to do where the image cannot be had that should read the Dockerfile; undefined where another step failed. */
function unreadable({ syntax }: Dockerfile, path: string, failed: BuildFailedError): Error | undefined {
  if (syntax?.names.kind !== 'image' || !failed.step.includes(formatReference(syntax.names.reference))) return undefined
  return new Error(
    `Cannot get ${syntax.written}, which ${path} names to read it by "# syntax=": ${failed.reason}. ` +
      'Remove that line, or name a mirror of its registry in the input "registryMirrors".',
    { cause: failed },
  )
}

/** The registries that the builder asks for images. */
function registriesIn({ syntax, ...dockerfile }: Dockerfile): ReadonlySet<string> {
  const uses = [...(syntax === undefined ? [] : [syntax]), ...imageUses(dockerfile)]
  const registries = uses.flatMap(({ names }) => (names.kind === 'image' ? [names.reference.registry] : []))
  return new Set(registries.filter((registry) => registry !== 'localhost'))
}

/** Puts what readers know in place of our own names; one of these can be the beginning of another. */
function shownBy(shownNames: Readonly<Record<string, string>>): (text: string) => string {
  const names = Object.entries(shownNames).sort(([one], [other]) => other.length - one.length)
  return (text) => names.reduce((shown, [name, instead]) => shown.replaceAll(name, instead), text)
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
  credentialsFor: BuildOutside['credentialsFor'],
): Promise<Record<string, RegistryCredentials>> {
  const found: Record<string, RegistryCredentials> = {}
  for (const registry of registries) {
    const credentials = await credentialsFor(registry)
    if (credentials !== undefined) found[registry] = credentials
  }
  return found
}

function showIn(progress: BuildProgress, show: (text: string) => string): BuildProgress {
  switch (progress.kind) {
    case 'step':
      return { ...progress, name: show(progress.name) }
    case 'running':
      return { ...progress, step: show(progress.step) }
    case 'output':
      return { ...progress, step: show(progress.step), line: show(progress.line) }
    case 'warning':
      return { ...progress, message: show(progress.message) }
  }
}
