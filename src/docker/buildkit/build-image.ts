import * as v from 'valibot'
import { BuildFailedError, type ImageBuild } from '../../dockerfile-build/builder.ts'
import type { LocalImage } from '../../model/local-image.ts'
import { codeOf } from '../../model/error-text.ts'
import { formatPlatform } from '../../model/platform.ts'
import { abortable } from '../connection/abort.ts'
import { type BuildFolders, readBuildFolders } from './build-folders.ts'
import { type Connection, parseAnswer } from '../connection/connection.ts'
import { inspectNewImage } from '../inspect-image.ts'
import { EngineReportError, readJsonLines } from '../json-lines.ts'
import { type BuildFollower, followBuild } from './progress.ts'
import { showNames } from './show-names.ts'
import { openSession } from './session.ts'
import { cleanLineHiding } from '../../model/clean-line.ts'
import { secretsHider } from '../../model/secret-forms.ts'

/** Builds with BuildKit over the engine's `/build`. https://docs.docker.com/reference/api/engine/ */
export function buildImage(request: ImageBuild, connection: Connection): Promise<LocalImage> {
  return abortable(connection.signal, async () => {
    const source = await readBuildFolders(request)
    const { credentials, secrets } = request
    const session = await openSession({ credentials, secrets, ...source }, connection)
    try {
      await sendBuild(request, { source, session: session.id }, connection)
      return await inspectNewImage(request.name, connection)
    } finally {
      session.close()
    }
  })
}

/** What BuildKit calls back for while it builds. */
interface OpenBuild {
  readonly source: BuildFolders
  /** The session's id. */
  readonly session: string
}

async function sendBuild(request: ImageBuild, { source, session }: OpenBuild, connection: Connection): Promise<void> {
  const attempt = `build ${request.name}`
  const hideSecrets = secretsHider(Object.values(request.secrets ?? {}))
  const show = showNames(request.shownNames ?? {})
  // A secret may be a part of our names.
  const hide = (text: string): string => hideSecrets(show(text))
  const follower = followBuild(request.onProgress, hide)
  try {
    const answer = await connection.open(attempt, {
      path: '/build?',
      method: 'POST',
      options: { _query: buildQuery(request, source.dockerfile, session), _body: {} },
      abortSignal: connection.signal,
    })
    await followAnswer(answer, follower, attempt)
  } catch (error) {
    // The engine has only heard that a transfer ended early.
    const unreadable = source.failure()
    if (unreadable !== undefined) throw unreadable
    if (error instanceof EngineReportError)
      throw explainFailure(cleanLineHiding(hide)(error.message), follower, request.dockerfile)
    throw codeOf(error) === 'ECONNRESET' ? new EngineLostError(attempt, { cause: error }) : error
  } finally {
    follower.end()
  }
}

function buildQuery(request: ImageBuild, dockerfile: string, session: string): Record<string, unknown> {
  const { name, platform, target, buildArguments, labels, ignoreCache } = request
  return {
    version: '2',
    session,
    remote: 'client-session',
    t: name,
    dockerfile,
    platform: formatPlatform(platform),
    buildargs: buildArguments,
    labels,
    ...(target !== undefined && { target }),
    ...(ignoreCache === true && { nocache: true }),
  }
}

const imageIdMessage = v.object({ ID: v.string() })

async function followAnswer(
  answer: AsyncIterable<Uint8Array>,
  follower: BuildFollower,
  attempt: string,
): Promise<void> {
  let isBuilt = false
  for await (const { id, aux } of readJsonLines(answer)) {
    if (id === 'moby.buildkit.trace') follower.read(parseAnswer(v.string(), aux, attempt))
    else if (id === 'moby.image.id') isBuilt = v.is(imageIdMessage, aux)
  }
  if (!isBuilt) throw new EngineLostError(attempt)
}

/** The engine went away in the middle of its answer. */
export class EngineLostError extends Error {
  override readonly name = 'EngineLostError'
  /** What was attempted; completes the sentence "Cannot ...". */
  readonly operation: string

  constructor(operation: string, options?: ErrorOptions) {
    super(operation, options)
    this.operation = operation
  }
}

/** The builder does not take a Dockerfile, outside of any of its steps. */
export class DockerfileRefusedError extends Error {
  override readonly name = 'DockerfileRefusedError'
  /** Absolute path of the Dockerfile. */
  readonly path: string
  /** The builder's own words. */
  readonly words: string
  /** The engine has no code for it, and each version its own words. */
  readonly mayNeedNewerEngine: boolean

  constructor(path: string, words: string) {
    super(`${path}: ${words}`)
    this.path = path
    this.words = words
    this.mayNeedNewerEngine = /unknown (?:flag|instruction)|unsupported modifier/i.test(words)
  }
}

function explainFailure(message: string, follower: BuildFollower, dockerfile: string): Error {
  follower.end()
  const step = follower.failedStep(message)
  if (step !== undefined) return new BuildFailedError(step.name, step.reason, step.output)
  return new DockerfileRefusedError(dockerfile, message)
}
