import * as v from 'valibot'
import type { EngineVersion } from '../build/engine.ts'
import type { TestEngine } from '../integration-test/engine.ts'
import type { ImageStore } from '../publish/image-store.ts'
import { buildImage } from './build-image.ts'
import { connect, type Connection } from './connection.ts'
import { readEngineAddress } from './engine-address.ts'
import { inspectImage, removeImage } from './inspect-image.ts'
import { loadImage } from './load-image.ts'
import { pullImage } from './pull-image.ts'
import { pushImage } from './push-image.ts'
import { runContainer } from './run-container.ts'

/** A Docker engine on this machine. Its calls throw EngineUnreachableError where nobody answers. */
export interface DockerEngine extends TestEngine, ImageStore {}

export interface DockerEngineOptions {
  /** Where DOCKER_HOST is looked up; the process's own where left out. */
  readonly environment?: NodeJS.ProcessEnv
  /** Aborts builds, pulls and pushes; they end with its reason, and without leaving a session or a tag behind. */
  readonly signal?: AbortSignal
}

/** The engine that DOCKER_HOST names; throws an Error where that is none on this machine. */
export function dockerEngine({ environment = process.env, signal }: DockerEngineOptions = {}): DockerEngine {
  const connection = connect(readEngineAddress(environment), signal)
  return {
    ping: () => readVersion(connection),
    inspect: (name) => inspectImage(name, connection),
    remove: (name) => removeImage(name, connection),
    pull: (request) => pullImage(request, connection),
    load: (archive) => loadImage(archive, connection),
    build: (request) => buildImage(request, connection),
    push: (request) => pushImage(request, connection),
    run: (request) => runContainer(request, connection),
  }
}

const versionAnswer = v.object({ Version: v.string(), Os: v.string(), Arch: v.string() })

async function readVersion(connection: Connection): Promise<EngineVersion> {
  const answer = await connection.call("read the engine's version", (docker) => docker.version())
  const { Version, Os, Arch } = v.parse(versionAnswer, answer)
  return { version: Version, platform: { os: Os, architecture: Arch } }
}
