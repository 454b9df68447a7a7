import { PipelineError } from '../position.ts'
import type { JobDefinition } from '../template/jobs.ts'
import type { StageDefinition } from '../template/stages.ts'
import type { DownloadAction } from '../template/step-actions.ts'
import type { StepDefinition } from '../template/steps.ts'
import { ancestorsOf } from './graph.ts'

/**
 * Throws a {@link PipelineError} at a download of an artifact that no step before it publishes: no `publish` step, and
 * no script with `artifact.upload`. Names with macros are known only when the step runs.
 */
export function assertArtifacts(stages: readonly StageDefinition[]): void {
  for (const stage of stages) {
    const stagesBefore = ancestorsOf(stage, stages).flatMap(({ jobs }) => jobs.flatMap(stepsOf))
    for (const job of stage.jobs) {
      const jobsBefore = ancestorsOf(job, stage.jobs).flatMap(stepsOf)
      const steps = stepsOf(job)
      for (const [index, step] of steps.entries()) {
        if (step.action.kind !== 'download') continue
        assertPublished(step, step.action, [...stagesBefore, ...jobsBefore, ...steps.slice(0, index)], stages)
      }
    }
  }
}

function stepsOf({ work }: JobDefinition): readonly StepDefinition[] {
  return work.kind === 'steps' ? work.steps : work.hooks.flatMap(({ steps }) => steps)
}

function assertPublished(
  { at }: StepDefinition,
  { artifact, source }: DownloadAction,
  before: readonly StepDefinition[],
  stages: readonly StageDefinition[],
): void {
  if (source === 'none' || artifact === undefined || isDynamic(artifact)) return
  if (before.some((step) => mayPublish(step, artifact))) return
  const elsewhere = stages.flatMap((stage) => stage.jobs.map((job) => ({ stage, job })))
  const publisher = elsewhere.find(({ job }) => stepsOf(job).some((step) => publishes(step, artifact)))
  const advice =
    publisher === undefined
      ? 'no step before publishes it'
      : `the job '${publisher.job.name}' of the stage '${publisher.stage.name}' publishes it, but does not come before: add it to 'dependsOn'`
  throw new PipelineError(at, `There is no artifact '${artifact}' to download: ${advice}`)
}

function mayPublish(step: StepDefinition, artifact: string): boolean {
  const { action } = step
  if (action.kind === 'script') return action.script.includes('artifact.upload')
  if (action.kind !== 'publish') return false
  return action.artifact === undefined || isDynamic(action.artifact) || publishes(step, artifact)
}

function publishes({ action }: StepDefinition, artifact: string): boolean {
  return action.kind === 'publish' && action.artifact?.toLowerCase() === artifact.toLowerCase()
}

function isDynamic(text: string): boolean {
  return text.includes('$(')
}
