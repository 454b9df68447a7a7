import { InvalidValue } from './invalid-value.ts'
import { parseReference, type Reference } from './reference.ts'

/** Registry -> where its images are really asked for and pulled: `mcr.microsoft.com` -> `mirror.example/mcr`. */
export type Mirrors = Readonly<Record<string, string>>

/** Reads lines of `registry=mirror[/path]`; throws InvalidValue. */
export function parseMirrors(lines: readonly string[]): Mirrors {
  return Object.fromEntries(
    lines.map((line) => {
      const [registry = '', mirror = '', ...more] = line.split('=').map((part) => part.trim())
      if (more.length > 0 || !isPlace(registry) || !isPlace(mirror) || registry.includes('/')) {
        // What stands behind could be an address with a password in it.
        throw new InvalidValue(
          `has a line that begins "${line.split(/[=@]/)[0] ?? ''}"`,
          'Write registry=mirror, such as mcr.microsoft.com=mirror.example/mcr',
        )
      }
      return [registry, mirror]
    }),
  )
}

/** Where an image is really asked for and pulled: at the mirror of its registry, if that has one. */
export function throughMirror(reference: Reference, mirrors: Mirrors): Reference {
  const mirror = mirrors[reference.registry]
  if (mirror === undefined) return reference
  const { registry, repository } = parseReference(`${mirror}/${reference.repository}`)
  return { ...reference, registry, repository }
}

/** A host, with a path if it has one, that an image can be behind. */
function isPlace(text: string): boolean {
  try {
    const { registry } = parseReference(`${text}/image`)
    return text === registry || text.startsWith(`${registry}/`)
  } catch {
    return false
  }
}
