import type { PipelineResult, StepResult } from '../agent/run-pipeline.ts'
import type { Expectation } from './story.ts'

/** A run that is over, and what was observed after it. */
export interface ToldChapter {
  readonly title: string
  readonly run: PipelineResult
  readonly expectations: readonly Expectation[]
}

/** The steps of a run that are worth a line: those that did something, without the clean-up behind them. */
export function toldSteps({ steps }: PipelineResult): StepResult[] {
  return steps.filter(({ result, displayName }) => result !== 'Skipped' && !displayName.startsWith('Post-job'))
}

/** What came of a step: its error, else the last line that it printed. */
export function lastWords({ issues, lines }: StepResult): string {
  const error = issues.find(({ type }) => type === 'error')?.message
  return error ?? lines.filter((line) => !line.startsWith('##[')).at(-1) ?? ''
}
