import type { PipelineRequest, PipelineResult } from '../../../sandbox/agent/run-pipeline.ts'
import { aWorkspace, outputOf } from './workspace.ts'

/** Runs a pipeline file of scripts, next to which lies `a.txt`. */
export function run(file: string, request: Partial<PipelineRequest> = {}): Promise<PipelineResult> {
  return aWorkspace({ sources: { 'azure-pipelines.yml': file, 'a.txt': 'a' } }).run(request)
}

/** What each job printed, without the lines of the agent itself. */
export function printed({ jobs }: PipelineResult): Readonly<Record<string, readonly string[]>> {
  const isAgents = /^(=+ Starting Command Output|Copied |Published |Downloaded |Nothing is checked out|No artifact is)/
  const linesOf = (steps: PipelineResult['steps']) => steps.flatMap(outputOf).filter((line) => !isAgents.test(line))
  return Object.fromEntries(jobs.map(({ displayName, steps }) => [displayName, linesOf(steps)]))
}

/** The result of each job or copy by its display name, in the order in which they ran. */
export function resultsByJob({ jobs }: PipelineResult): Readonly<Record<string, string>> {
  return Object.fromEntries(jobs.map(({ displayName, result }) => [displayName, result]))
}
