import type { Digest } from '../model/digest.ts'
import { PublishError } from './publish-error.ts'

/** What became of one tag. */
export interface TagMove {
  readonly tag: string
  /** Where it was; undefined for a new tag. */
  readonly before?: Digest
  /** `frozen`: the repository's settings keep it; `left`: it belongs to another release line; `passed-on`: to a higher release. */
  readonly outcome: 'moved' | 'unchanged' | 'frozen' | 'left' | 'passed-on'
}

/** A version that is in the repository, and what became of its floating tags so far. */
export interface PublishProgress {
  readonly tag: string
  readonly moves: readonly TagMove[]
}

/** Does a step behind the push; where that fails, the PublishError says as well what is done already. */
export async function withPublishProgress<T>(progress: PublishProgress, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw new PublishError({ what: 'unfinished', progress, why: error }, { cause: error })
  }
}
