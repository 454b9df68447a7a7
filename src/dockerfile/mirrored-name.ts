import { type Mirrors, throughMirror } from '../model/mirrors.ts'
import { formatReference } from '../model/reference.ts'
import type { ImageUse } from './read-dockerfile.ts'

/** The name of an image at the mirror of its registry; undefined where it has none, or is no image. */
export function mirroredName({ names }: ImageUse, mirrors: Mirrors): string | undefined {
  if (names.kind !== 'image') return undefined
  const mirrored = throughMirror(names.reference, mirrors)
  return mirrored === names.reference ? undefined : formatReference(mirrored)
}
