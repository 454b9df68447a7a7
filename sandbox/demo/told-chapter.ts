import type { PipelineResult } from '../agent/run-pipeline.ts'
import type { Expectation } from './story.ts'

/** A run that is over, and what was observed after it. */
export interface ToldChapter {
  readonly title: string
  readonly run: PipelineResult
  readonly expectations: readonly Expectation[]
}
