import type { Digest } from '../model/digest.ts'

/** What became of one tag. */
export interface TagMove {
  readonly tag: string
  /** Where it stood; undefined for a new tag. */
  readonly before?: Digest
  /** `frozen`: the repository's settings keep it; `left`: it belongs to another line; `passed-on`: to a higher release. */
  readonly outcome: 'moved' | 'unchanged' | 'frozen' | 'left' | 'passed-on'
}

/** A version that is in the repository, and what became of its floating tags so far. */
export interface PublishProgress {
  readonly tag: string
  readonly moves: readonly TagMove[]
}

/** What was done so far, for the end of an error. */
export function describeProgress({ tag, moves }: PublishProgress): string {
  const standing = moves.filter(({ outcome }) => outcome === 'moved' || outcome === 'unchanged').map((move) => move.tag)
  return `${tag} stays published, with ${standing.length === 0 ? 'no floating tag' : standing.join(', ')} on it`
}

/** Does a step behind the push; where that fails, the error says as well what stands and what to do. */
export async function withPublishProgress<T>(standing: PublishProgress, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${reason} ${describeProgress(standing)}; run again to finish the rest.`, { cause: error })
  }
}
