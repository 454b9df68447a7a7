import { InvalidValue } from './invalid-value.ts'

/** What an image runs on, in the words of the OCI image index. */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
}

/** The variant that an architecture has when none is named; containerd's normalization. */
const impliedVariants: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7' }

/** Variants that only say what every machine of that architecture can do; nobody writes them out. */
const unwrittenVariants: Readonly<Record<string, string>> = { amd64: 'v1' }

/** Reads `linux/amd64` or `linux/arm64/v8`; throws InvalidValue for any other form. */
export function parsePlatform(text: string): Platform {
  const [, os, architecture, variant] = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/(v\d+))?$/.exec(text) ?? []
  if (os === undefined || architecture === undefined) {
    throw new InvalidValue(`is "${text}", which is not a platform`, 'Write it as linux/amd64 or linux/arm64/v8')
  }
  return variant === undefined ? { os, architecture } : { os, architecture, variant }
}

/** A platform as an image or an index states it; undefined where that is none, since strangers wrote it. */
export function statedPlatform(os: string, architecture: string, variant?: string | null): Platform | undefined {
  const parts = [os, architecture, ...(variant ? [variant] : [])]
  return parts.every((part) => /^[a-z0-9][\w.-]{0,31}$/i.test(part))
    ? { os, architecture, ...(variant && { variant }) }
    : undefined
}

/** `linux/amd64`, `linux/arm64/v8`: equal platforms give equal texts, whether they name their implied variant or not. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  const written = variant ?? impliedVariants[architecture]
  return written === undefined || written === unwrittenVariants[architecture]
    ? `${os}/${architecture}`
    : `${os}/${architecture}/${written}`
}

export function samePlatform(one: Platform, other: Platform): boolean {
  return formatPlatform(one) === formatPlatform(other)
}
