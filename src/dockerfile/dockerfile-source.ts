import type { ParsedDockerfile } from './parsed-dockerfile.ts'

/** A Dockerfile on the disk. */
export interface DockerfileSource {
  /** Absolute path. */
  readonly path: string
  readonly text: string
  readonly parsed: ParsedDockerfile
}
