import { type Dockerfile, type ImageUse, imageUses } from '../dockerfile/read-dockerfile.ts'
import { mirroredName } from '../dockerfile/mirrored-name.ts'
import { swapImages } from '../dockerfile/swap-images.ts'
import type { Mirrors } from '../model/mirrors.ts'
import { type Platform, samePlatform } from '../model/platform.ts'
import type { Reference } from '../model/reference.ts'

export interface PinRequest {
  /** What a Dockerfile names. */
  readonly image: Reference
  /** What is built for, and so what an image is for where nothing else is said. */
  readonly platform: Platform
  /** What is built on instead, on this platform. */
  readonly nameFor: (platform: Platform) => string
}

/** A local copy of the pinned image that the text to build names. */
export interface Pin {
  readonly platform: Platform
  readonly name: string
}

/**
 * What to build: each use of the pinned image names the local copy for its platform, every other image comes
 * through the mirror of its registry. There are no pins where no use names the image.
 */
export function pinImages(
  dockerfile: Dockerfile,
  { image, platform, nameFor }: PinRequest,
  mirrors: Mirrors,
): { content: Dockerfile; pins: readonly Pin[] } {
  const platforms = imageUses(dockerfile)
    .filter((use) => namesImage(use, image))
    .map(({ forPlatform = platform }) => forPlatform)
  const content = swapImages(dockerfile, (use) =>
    namesImage(use, image) ? nameFor(use.forPlatform ?? platform) : mirroredName(use, mirrors),
  )
  const distinct = platforms.filter((one, index) => platforms.findIndex((other) => samePlatform(one, other)) === index)
  return { content, pins: distinct.map((each) => ({ platform: each, name: nameFor(each) })) }
}

function namesImage({ instruction, names }: ImageUse, { registry, repository, tag, digest }: Reference): boolean {
  if (names.kind !== 'image' || instruction === '# syntax') return false
  const { reference } = names
  return (
    reference.registry === registry &&
    reference.repository === repository &&
    (reference.tag ?? 'latest') === (tag ?? 'latest') &&
    reference.digest === digest
  )
}
