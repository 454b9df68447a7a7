import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { newestSyntax } from '../dockerfile/newest-syntax.ts'
import type { Builder, EngineVersion } from './builder.ts'

/**
 * Makes sure that the engine is there and new enough for these Dockerfiles, before anything is pulled or built. Throws
 * an Error that names the line and the version it needs.
 */
export async function requireCapableEngine(
  dockerfiles: readonly DockerfileSource[],
  engine: Pick<Builder, 'ping'>,
): Promise<EngineVersion> {
  const found = await engine.ping()
  const [major = ''] = found.version.split('.')
  for (const { path, parsed } of dockerfiles) {
    const needed = newestSyntax(parsed)
    // A version that is no number is somebody's own build: it may well know.
    if (needed === undefined || !/^\d+$/.test(major) || Number(major) >= needed.engine) continue
    throw new Error(
      `${path} has ${needed.what} in line ${String(needed.line)}, which needs engine ${String(needed.engine)} or later; ` +
        `the agent has ${found.version}. Update Docker on the agent, or begin the file with # syntax=docker/dockerfile:1.`,
    )
  }
  return found
}
