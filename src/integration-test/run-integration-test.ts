import { cleanUp } from '../build/clean-up.ts'
import { mirroredName } from '../build/pin-images.ts'
import { reportBuild } from '../build/report-build.ts'
import type { DockerfileSource } from '../dockerfile/load-dockerfile.ts'
import { readDockerfile } from '../dockerfile/read-dockerfile.ts'
import { swapImages } from '../dockerfile/swap-images.ts'
import { localName } from '../model/local-name.ts'
import type { Log } from '../model/log.ts'
import type { Mirrors } from '../model/mirrors.ts'
import type { Platform } from '../model/platform.ts'
import type { TestEngine } from './engine.ts'
import { findTestBases } from './find-test-bases.ts'
import { type Send, type TestRequest, tryRequest } from './try-request.ts'

export interface IntegrationTestRequest {
  /** Local name of the platform image. */
  readonly image: string
  readonly platform: Platform
  /** Of the test application. */
  readonly dockerfile: DockerfileSource
  /** Absolute path of its build context. */
  readonly context: string
  /** Which image of that Dockerfile the platform image takes the place of. */
  readonly baseImage: string
  readonly mirrors: Mirrors
  readonly containerPort: number
  readonly request: TestRequest
  /** Tells images of one run from those of others on the same engine. */
  readonly owner: string
  readonly signal?: AbortSignal
}

interface Outside {
  readonly engine: TestEngine
  readonly send: Send
  readonly log: Log
}

/**
 * Builds a real application on the platform image, starts it, and asks it until it answers as expected. Leaves neither
 * a container nor the application's image behind. Throws TestFailedError, or BuildFailedError of the build.
 */
export async function runIntegrationTest(
  {
    image,
    platform,
    dockerfile: source,
    context,
    baseImage,
    mirrors,
    containerPort,
    request,
    owner,
    signal,
  }: IntegrationTestRequest,
  { engine, send, log }: Outside,
): Promise<void> {
  const dockerfile = readDockerfile(source.text, { platform })
  const bases = findTestBases(dockerfile, baseImage)
  const text = swapImages(dockerfile, (use) => (bases.includes(use) ? image : mirroredName(use, mirrors)))
  const name = localName('test', owner)

  try {
    log.info(
      `Building the test application on the platform image (in place of ${bases.map(({ written }) => written).join(', ')})`,
    )
    await engine.build({
      context,
      dockerfile: source.path,
      dockerfileText: text,
      name,
      platform,
      buildArguments: {},
      labels: {},
      onProgress: reportBuild(log),
    })
    const container = await engine.run({ image: name, port: containerPort, environment: {} })
    try {
      const seconds = await tryRequest(container, request, { send, ...(signal && { signal }) })
      log.info(
        `${request.method} ${request.path} answered ${String(request.expectedStatus)} after ${seconds.toFixed(1)} s`,
      )
    } catch (error) {
      for (const line of container.lastLines()) log.info(`    ${line}`)
      throw error
    } finally {
      await cleanUp('The test container', () => container.remove(), log)
    }
  } finally {
    await cleanUp(name, () => engine.remove(name), log)
  }
}
