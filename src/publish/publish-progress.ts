import type { Digest } from '../model/digest.ts'

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
