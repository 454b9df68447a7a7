import * as v from 'valibot'
import type { BuildEngine } from '../build-image/engine.ts'
import type { EngineVersion } from '../dockerfile-build/builder.ts'
import type { TestEngine } from '../integration-test/engine.ts'
import type { ImageStore } from '../publish/image-store.ts'
import type { SweepEngine } from '../sweep/engine.ts'
import { buildImage } from './buildkit/build-image.ts'
import { connect, type Connection, parseAnswer } from './connection/connection.ts'
import { formatEngineAddress, readEngineAddress } from './connection/engine-address.ts'
import { inspectImage, removeImage } from './inspect-image.ts'
import { listEngineContents, removeContainer } from './list-contents.ts'
import { loadImage } from './load-image.ts'
import { withPushMark } from './mark-push.ts'
import { findOwnContainer, type JobContainer, type OwnContainer } from './own-container.ts'
import { proxyArguments, withProxies } from './proxy-arguments.ts'
import { pullImage } from './pull-image.ts'
import { pushImage } from './push-image.ts'
import { runContainer } from './run-container.ts'
import { saveImage } from './save-image.ts'

/** A Docker engine on this machine. Its calls throw EngineUnreachableError where nobody answers. */
export interface DockerEngine extends BuildEngine, TestEngine, ImageStore, SweepEngine {
  /** Writes an image to a file, in the form of `docker save`; a file that is not whole does not stay. */
  save(name: string, file: string): Promise<void>
  /** The container in which this process runs; undefined outside of containers. */
  ownContainer(): Promise<OwnContainer | undefined>
}

export interface DockerEngineOptions {
  /** Where DOCKER_HOST and its like are looked up; the process's own where left out. */
  readonly environment?: NodeJS.ProcessEnv
  /** Marks the name that a push needs as this owner's, so that it can be swept when the owner is dead. */
  readonly owner?: string
  /** What the agent says about the job's container, in a container job. */
  readonly jobContainer?: JobContainer
  /** Aborts builds, pulls and pushes; they end with its reason, and without leaving a session or a tag behind. */
  readonly signal?: AbortSignal
}

/** The engine that Docker's own tools would use; throws an Error where that is none on this machine. */
export function dockerEngine(options: DockerEngineOptions = {}): DockerEngine {
  const { environment = process.env, signal, owner, jobContainer = {} } = options
  const address = readEngineAddress(environment)
  const connection = connect(address, {
    ...(signal && { signal }),
    isInJobContainer: jobContainer.id !== undefined,
  })
  let looking: Promise<OwnContainer | undefined> | undefined
  const ownContainer = () => (looking ??= findOwnContainer(jobContainer, connection))
  return {
    ping: () => readVersion(connection),
    inspect: (name) => inspectImage(name, connection),
    remove: (name) => removeImage(name, connection),
    pull: (request) => pullImage(request, connection),
    load: (archive, name) => loadImage(archive, name, connection),
    build: async (request) => {
      const proxies = proxyArguments(environment, formatEngineAddress(address))
      const buildArguments = withProxies(request.buildArguments, proxies)
      return await buildImage({ ...request, buildArguments }, connection)
    },
    push: (request) => withPushMark({ ...request, owner }, connection, () => pushImage(request, connection)),
    run: async (request) => runContainer(request, connection, (await ownContainer())?.network),
    save: (name, file) => saveImage(name, file, connection),
    list: () => listEngineContents(connection),
    removeContainer: (id) => removeContainer(id, connection),
    ownContainer,
  }
}

const versionAnswer = v.object({ Version: v.string(), Os: v.string(), Arch: v.string() })

async function readVersion(connection: Connection): Promise<EngineVersion> {
  const attempt = "read the engine's version"
  const answer = await connection.ask(attempt, (docker) => docker.version())
  const { Version, Os, Arch } = parseAnswer(versionAnswer, answer, attempt)
  return { version: Version, platform: { os: Os, architecture: Arch } }
}
