import { imageUses, readDockerfile } from '../dockerfile/read-dockerfile.ts'
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
  const { syntax, ...dockerfile } = readDockerfile(build.dockerfileText, build)
  const uses = [...(syntax === undefined ? [] : [syntax]), ...imageUses(dockerfile)]
  const references = uses.flatMap(({ names }) => (names.kind === 'image' ? [names.reference] : []))
  const credentials = await findCredentials(new Set(references.map(({ registry }) => registry)), credentialsFor)

  const steps: BuildStep[] = []
  const report = reportBuild(log, build.dockerfile)
  const show = (text: string) =>
    Object.entries(shownNames).reduce((shown, [name, instead]) => shown.replaceAll(name, instead), text)
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
    for (const line of error.output) log.info(`    ${line}`)
    if (syntax?.names.kind === 'image' && error.step.includes(formatReference(syntax.names.reference))) {
      throw new Error(
        `Cannot get ${syntax.written}, which ${build.dockerfile} names to read it by "# syntax=": ${error.reason}. ` +
          'Remove that line, or name a mirror of its registry in the input "registryMirrors".',
        { cause: error },
      )
    }
    throw new BuildFailedError(show(error.step), show(error.reason), error.output)
  }
}

/** One entry a name: recent engines find an image in one step and fetch it in another of the same name. */
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
    const credentials = registry === 'localhost' ? undefined : await credentialsFor(registry)
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
