import { parseReference } from '../model/reference.ts'
import type { Dockerfile, ImageUse } from './read-dockerfile.ts'

/**
 * A Dockerfile with some of its images replaced. Only the tokens change, so every line keeps its number and messages of
 * the builder stay true.
 * @param replacement gives the new reference of a use, or undefined to leave it
 */
export function swapImages(dockerfile: Dockerfile, replacement: (use: ImageUse) => string | undefined): Dockerfile {
  let text = ''
  let position = 0
  const swap = (use: ImageUse): ImageUse => {
    const reference = replacement(use)
    text += dockerfile.text.slice(position, use.start)
    position = use.end
    const start = text.length
    text += reference === undefined ? dockerfile.text.slice(use.start, use.end) : `${reference}${use.tail}`
    const names =
      reference === undefined ? use.names : ({ kind: 'image', reference: parseReference(reference) } as const)
    return { ...use, names, written: reference ?? use.written, start, end: text.length }
  }
  const syntax = dockerfile.syntax && swap(dockerfile.syntax)
  const stages = dockerfile.stages.map(({ from, sources, ...stage }) => ({
    ...stage,
    from: swap(from),
    sources: sources.map(swap),
  }))
  text += dockerfile.text.slice(position)
  return { text, ...(syntax && { syntax }), stages }
}
