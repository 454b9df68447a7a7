import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { newestSyntax, type NewSyntax } from '../dockerfile/newest-syntax.ts'
import type { Builder, EngineVersion } from './builder.ts'

/** A Dockerfile needs a newer engine than there is. */
export class EngineTooOldError extends Error {
  override readonly name = 'EngineTooOldError'
  /** Absolute path of the Dockerfile. */
  readonly path: string
  readonly syntax: NewSyntax
  /** The engine's own version. */
  readonly version: string

  constructor({ path, syntax, version }: Pick<EngineTooOldError, 'path' | 'syntax' | 'version'>) {
    super(`${path}: ${syntax.what}`)
    this.path = path
    this.syntax = syntax
    this.version = version
  }
}

/**
 * Makes sure that the engine is there and new enough for these Dockerfiles, before anything is pulled or built. Throws
 * EngineTooOldError.
 */
export async function requireCapableEngine(
  dockerfiles: readonly DockerfileSource[],
  engine: Pick<Builder, 'ping'>,
): Promise<EngineVersion> {
  const found = await engine.ping()
  const [major = ''] = found.version.split('.')
  for (const { path, parsed } of dockerfiles) {
    const needed = newestSyntax(parsed)
    // A version that is not a number is a custom build: assume that it is new enough.
    if (needed === undefined || !/^\d+$/.test(major) || Number(major) >= needed.engine) continue
    throw new EngineTooOldError({ path, syntax: needed, version: found.version })
  }
  return found
}
