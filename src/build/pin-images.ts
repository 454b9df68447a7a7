import type { Dockerfile, ImageUse } from '../dockerfile/read-dockerfile.ts'
import { swapImages } from '../dockerfile/swap-images.ts'
import { type Mirrors, throughMirror } from '../model/mirrors.ts'
import { formatReference, type Reference } from '../model/reference.ts'

export interface Pin {
  /** What a Dockerfile names. */
  readonly image: Reference
  /** What is built on instead. */
  readonly localName: string
}

/**
 * The text to build: each use of the pinned image names its local copy, every other image comes through the mirror of
 * its registry. `isPinned` is false where no use named the pinned image.
 */
export function pinImages(dockerfile: Dockerfile, pin: Pin, mirrors: Mirrors): { text: string; isPinned: boolean } {
  let isPinned = false
  const text = swapImages(dockerfile, (use) => {
    if (namesImage(use, pin.image)) {
      isPinned = true
      return pin.localName
    }
    return mirroredName(use, mirrors)
  })
  return { text, isPinned }
}

/** The name of an image at the mirror of its registry; undefined where it has none, or is no image. */
export function mirroredName({ names }: ImageUse, mirrors: Mirrors): string | undefined {
  if (names.kind !== 'image') return undefined
  const mirrored = throughMirror(names.reference, mirrors)
  return mirrored === names.reference ? undefined : formatReference(mirrored)
}

function namesImage({ names }: ImageUse, { registry, repository, tag, digest }: Reference): boolean {
  if (names.kind !== 'image') return false
  const { reference } = names
  return (
    reference.registry === registry &&
    reference.repository === repository &&
    (reference.tag ?? 'latest') === (tag ?? 'latest') &&
    reference.digest === digest
  )
}
