/** A Dockerfile on the disk. */
export interface DockerfileSource {
  /** Absolute path. */
  readonly path: string
  readonly text: string
}
