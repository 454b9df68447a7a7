import { type Dockerfile, type ImageUse, imageUses } from './read-dockerfile.ts'

/**
 * The text of a Dockerfile with some of its images replaced. Only the tokens change, so every line keeps its number
 * and messages of the builder stay true.
 * @param replacement gives the new reference of a use, or undefined to leave it
 */
export function swapImages(dockerfile: Dockerfile, replacement: (use: ImageUse) => string | undefined): string {
  let swapped = ''
  let position = 0
  for (const use of [...(dockerfile.syntax ? [dockerfile.syntax] : []), ...imageUses(dockerfile)]) {
    const reference = replacement(use)
    if (reference === undefined) continue
    swapped += dockerfile.text.slice(position, use.start) + reference
    position = use.end
  }
  return swapped + dockerfile.text.slice(position)
}
