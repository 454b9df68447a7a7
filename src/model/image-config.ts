import * as v from 'valibot'

/** What an image says about itself. */
export interface ImageConfig {
  readonly labels: Readonly<Record<string, string>>
  /** Environment variables, `NAME` -> value. */
  readonly environment: Readonly<Record<string, string>>
}

const schema = v.object({
  config: v.optional(
    v.object({
      Labels: v.nullish(v.record(v.string(), v.string())),
      Env: v.nullish(v.array(v.string())),
    }),
  ),
})

/**
 * Reads the configuration blob of an image: https://github.com/opencontainers/image-spec/blob/main/config.md
 * Throws an Error for anything else; the caller says which image it was.
 */
export function parseImageConfig(json: string): ImageConfig {
  const { config } = v.parse(schema, JSON.parse(json))
  return { labels: config?.Labels ?? {}, environment: parseEnvironment(config?.Env ?? []) }
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
  return environment.ASPNET_VERSION ?? environment.DOTNET_VERSION ?? environment.DOTNET_SDK_VERSION
}
