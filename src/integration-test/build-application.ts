import { InvalidDockerfileError } from '../dockerfile/invalid-dockerfile-error.ts'
import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { type DockerfileBuildPorts, buildDockerfile } from '../dockerfile-build/build-dockerfile.ts'
import { mirroredName } from '../dockerfile/mirrored-name.ts'
import { type Dockerfile, type ImageUse, readDockerfile } from '../dockerfile/read-dockerfile.ts'
import { swapImages } from '../dockerfile/swap-images.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Log } from '../model/log.ts'
import type { Mirrors } from '../model/mirrors.ts'
import type { Platform } from '../model/platform.ts'
import type { TestEngine } from './engine.ts'
import { findTestBases } from './find-test-bases.ts'
import {
  type BuildWarning,
  collectWarnings,
  formatWarning,
  listWarnings,
  type WarningCollector,
} from './find-warnings.ts'
import { TestFailedError } from './test-failed-error.ts'

/** A test application, and how it is built. */
export interface Application {
  readonly dockerfile: DockerfileSource
  /** Absolute path of its build context. */
  readonly context: string
  /** Which image of that Dockerfile the platform image takes the place of. */
  readonly baseImage: string
  /** The platform image's. */
  readonly platform: Platform
  readonly mirrors: Mirrors
  readonly buildArguments: Readonly<Record<string, string>>
  /** By id; masked in the log already. */
  readonly secrets: Readonly<Record<string, string>>
  /** Whether warnings of the compiler and MSBuild fail the test. */
  readonly failsOnWarnings: boolean
}

/** An application in which a platform image has its place. */
export interface ApplicationPlan extends Application {
  readonly images: Dockerfile
  /** Where the platform image goes; at least one. */
  readonly bases: readonly ImageUse[]
}

interface ApplicationBuildPorts extends DockerfileBuildPorts {
  readonly engine: Pick<TestEngine, 'build'>
}

/**
 * Finds the place of the platform image; throws InvalidInput where there is none,
 * InvalidDockerfileError where the file cannot be read, both before anything is built.
 */
export function planApplication(application: Application): ApplicationPlan {
  const { dockerfile, platform, buildArguments, baseImage } = application
  try {
    const images = readDockerfile(dockerfile.parsed, { platform, buildArguments })
    return { ...application, images, bases: findTestBases(images, baseImage, platform) }
  } catch (error) {
    if (!(error instanceof InvalidDockerfileError)) throw error
    throw new InvalidDockerfileError(error.fault, { line: error.line, path: dockerfile.path, cause: error })
  }
}

/**
 * Builds an application on the platform image, which is there under the local name `image`, and names it. Throws
 * BuildFailedError, and TestFailedError for warnings that are to fail the test.
 */
export async function buildApplication(
  plan: ApplicationPlan,
  { image, name }: { readonly image: string; readonly name: string },
  { engine, credentialsFor, log }: ApplicationBuildPorts,
): Promise<LocalImage> {
  const { context, dockerfile, images, bases, mirrors, platform, buildArguments, secrets, failsOnWarnings } = plan
  const replaced = [...new Set(bases.map(({ written }) => written))].join(', ')
  const warnings = collectWarnings()
  const { image: built } = await buildDockerfile(
    {
      title: `Build of the test application on the platform image, in place of ${replaced}`,
      shownNames: { [image]: 'the platform image' },
      context,
      dockerfile: dockerfile.path,
      content: swapImages(images, (use) => (bases.includes(use) ? image : mirroredName(use, mirrors))),
      name,
      platform,
      buildArguments,
      labels: {},
      secrets,
      // A step that comes from the cache does not print its warnings again: it would pass in the second run.
      ignoreCache: failsOnWarnings,
    },
    { engine: listenedTo(engine, warnings), credentialsFor, log },
  )
  judgeWarnings(warnings.warnings(), failsOnWarnings, log)
  if (warnings.isCut() && failsOnWarnings) {
    log.warning('The engine left out a part of what the build of the test application printed: warnings can be missed.')
  }
  return built
}

/** The engine, that also passes build output to a listener. */
function listenedTo(
  engine: ApplicationBuildPorts['engine'],
  listener: WarningCollector,
): ApplicationBuildPorts['engine'] {
  return {
    build: (request) =>
      engine.build({
        ...request,
        onProgress: (progress) => {
          if (progress.kind === 'output') listener.take(progress.line)
          request.onProgress(progress)
        },
      }),
  }
}

function judgeWarnings(warnings: readonly BuildWarning[], failsOnWarnings: boolean, log: Log): void {
  if (warnings.length === 0) return
  if (failsOnWarnings) throw new TestFailedError({ what: 'build-warnings', warnings }, warnings.map(formatWarning))
  for (const line of listWarnings(warnings)) log.warning(line)
}
