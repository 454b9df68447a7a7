import type { Platform } from './platform.ts'

/** An image in the engine's store. */
export interface LocalImage {
  /** The engine's own id of it, `sha256:...`. */
  readonly id: string
  readonly platform: Platform
  readonly labels: Readonly<Record<string, string>>
  /** `NAME` -> value, as the image's configuration sets them. */
  readonly environment: Readonly<Record<string, string>>
  readonly user: string
  /** What EXPOSE declares: `8080/tcp`. */
  readonly ports: readonly string[]
  /** Uncompressed layer ids, lowest first. */
  readonly layers: readonly string[]
  /** Bytes, uncompressed. */
  readonly size: number
}
