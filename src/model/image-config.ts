import * as v from 'valibot'
import { type Platform, samePlatform, statedPlatform } from './platform.ts'

/** What an image says about itself. */
export interface ImageConfig {
  /** What the image runs on; undefined where it does not tell. */
  readonly platform?: Platform
  readonly labels: Readonly<Record<string, string>>
  /** Environment variables, `NAME` -> value. */
  readonly environment: Readonly<Record<string, string>>
  /** Ids of the uncompressed layers, lowest first: unlike digests of compressed layers they stay the same in every registry. */
  readonly layers: readonly string[]
  /** What was done to make it, first step first; also steps without a layer. */
  readonly history: readonly HistoryEntry[]
}

/** One step of an image's history, as far as it identifies the step. */
export interface HistoryEntry {
  readonly created?: string
  readonly createdBy?: string
  readonly isEmptyLayer: boolean
}

/** What is stored under a release's tag is not an image that can be understood; asking again will not help. */
export class UnreadableImageError extends Error {
  override readonly name = 'UnreadableImageError'
  /** What was attempted, `read the configuration of sha256:...`. */
  readonly operation: string

  constructor(operation: string, options?: ErrorOptions) {
    super(operation, options)
    this.operation = operation
  }
}

const schema = v.object({
  os: v.nullish(v.string()),
  architecture: v.nullish(v.string()),
  variant: v.nullish(v.string()),
  config: v.nullish(
    v.object({
      Labels: v.nullish(v.record(v.string(), v.string())),
      Env: v.nullish(v.array(v.string())),
    }),
  ),
  rootfs: v.object({ diff_ids: v.nullish(v.array(v.string())) }),
  history: v.nullish(
    v.array(
      v.object({
        created: v.nullish(v.string()),
        created_by: v.nullish(v.string()),
        empty_layer: v.nullish(v.boolean()),
      }),
    ),
  ),
})

/**
 * Reads the configuration blob of an image: https://github.com/opencontainers/image-spec/blob/main/config.md
 * Throws an Error for anything else; the caller says which image it was.
 */
export function parseImageConfig(json: string): ImageConfig {
  const { config, rootfs, history, os, architecture, variant } = v.parse(schema, JSON.parse(json))
  const platform = os && architecture ? statedPlatform(os, architecture, variant) : undefined
  return {
    ...(platform && { platform }),
    labels: config?.Labels ?? {},
    environment: parseEnvironment(config?.Env ?? []),
    layers: rootfs.diff_ids ?? [],
    history: (history ?? []).map(({ created, created_by: createdBy, empty_layer: isEmptyLayer }) => ({
      ...(created && { created }),
      ...(createdBy && { createdBy }),
      isEmptyLayer: isEmptyLayer ?? false,
    })),
  }
}

/** `["A=1"]` as `{ A: "1" }`. */
export function parseEnvironment(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const equals = line.indexOf('=')
      return equals === -1 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)]
    }),
  )
}

/** The .NET version that an official image, or one built on it, says it carries. */
export function dotnetVersion({ environment }: Pick<ImageConfig, 'environment'>): string | undefined {
  const said = [environment.ASPNET_VERSION, environment.DOTNET_VERSION, environment.DOTNET_SDK_VERSION]
  // Anybody's image may say anything there, and it is printed and handed on.
  return said.find((version) => version !== undefined && /^\d[\w.+-]{0,63}$/.test(version))
}

/** How the layers of a base lie in an image. */
export type LayerComparison =
  /** The base is what the image was built on: layers and history of the base are the beginning of the image's. */
  | 'built-on'
  /** The image was built on something else, or on other settings of the same layers. */
  | 'built-on-other'
  /** The image has fewer layers than the base: it was squashed, or copied from stages; layers tell nothing. */
  | 'not-comparable'

/**
 * Judges by content what an image was built on, where no record tells. The history is compared as well: it holds what a
 * base changes without a layer, such as its environment.
 */
export function compareLayers(image: ImageConfig, base: ImageConfig): LayerComparison {
  if (base.layers.length === 0 || image.layers.length < base.layers.length) return 'not-comparable'
  if (image.platform && base.platform && !samePlatform(image.platform, base.platform)) return 'built-on-other'
  const hasLayers = base.layers.every((layer, index) => image.layers[index] === layer)
  const hasHistory = base.history.every((entry, index) => sameStep(entry, image.history[index]))
  return hasLayers && hasHistory ? 'built-on' : 'built-on-other'
}

function sameStep(one: HistoryEntry, other: HistoryEntry | undefined): boolean {
  return (
    sameInstant(one.created, other?.created) &&
    one.createdBy === other?.createdBy &&
    one.isEmptyLayer === other?.isEmptyLayer
  )
}

/** Tools write one instant in several ways, with and without fractions. */
function sameInstant(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && Date.parse(one) === Date.parse(other))
}
