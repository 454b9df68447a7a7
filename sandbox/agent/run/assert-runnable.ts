import { join, resolve } from 'node:path'
import type { PipelineRequest } from '../contract.ts'
import { assertArtifacts } from '../graph/artifact-order.ts'
import { planCheckouts } from '../job/plan-checkouts.ts'
import { planJob } from '../job/plan-job.ts'
import type { TaskDefinition } from '../job/task-definition.ts'
import { readTaskInputs } from '../job/task-inputs.ts'
import type { Variables } from '../job/variables.ts'
import type { JobDefinition } from '../template/jobs.ts'
import type { StageDefinition } from '../template/stages.ts'
import type { StepDefinition } from '../template/steps.ts'
import { repositoryNames } from './run-on-agent.ts'
import type { VariableSources } from './run-variables.ts'
import { variablesOfRun } from './run-variables.ts'
import type { Pipeline } from '../template/load-pipeline.ts'
import { knownLegs } from './steps-of-job.ts'

/** What is known before anything runs. */
export interface RunPlan extends VariableSources {
  readonly request: PipelineRequest
  readonly pipeline: Pipeline
  readonly tasks: readonly TaskDefinition[]
}

/**
 * Throws a PipelineError at the first step that cannot work: an unknown task or input, a service connection that is not
 * there or of another kind, a checkout that has nowhere to go, an artifact that nothing before publishes.
 */
export function assertRunnable(plan: RunPlan): void {
  for (const stage of plan.pipeline.stages) {
    for (const job of stage.jobs) {
      for (const steps of stepListsOf(job)) assertSteps(steps, stage, job, plan)
    }
  }
  if (plan.identity.attempt === 1) assertArtifacts(plan.pipeline.stages)
}

/** A job's steps, or those of each hook of a deployment. */
function stepListsOf({ work }: JobDefinition): readonly (readonly StepDefinition[])[] {
  return work.kind === 'steps' ? [work.steps] : work.hooks.map(({ steps }) => steps)
}

function assertSteps(
  steps: readonly StepDefinition[],
  stage: StageDefinition,
  job: JobDefinition,
  { request, tasks, ...sources }: RunPlan,
): void {
  const layout = planCheckouts(steps, repositoryNames(request.sources, request.repositories))
  const root = join(resolve(request.sources), layout.workingDirectory)
  const planned = planJob(steps, tasks)
  const legs = job.work.kind === 'steps' ? knownLegs(job.work.copies) : [undefined]
  for (const leg of legs) {
    const variables = variablesOfRun({ request, ...sources })
    setAsWritten(variables, [...stage.variables, ...job.variables])
    setAsWritten(
      variables,
      [...(leg?.variables ?? [])].map(([name, value]) => ({ name, value })),
    )
    const { environment, connections = [], standIn } = request
    const from = { variables: variables.resolve(), environment, connections, standIn, root }
    for (const { work } of planned) if (work.kind === 'task') readTaskInputs(work.task, work.inputs, from)
  }
}

/** The service, too, looks for connections before anything runs: what a variable gets later does not count. */
function setAsWritten(
  variables: Variables,
  values: readonly { readonly name: string; readonly value: string }[],
): void {
  for (const { name, value } of values) variables.set(name, value)
}
