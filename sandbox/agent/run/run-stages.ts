import type { GraphNode } from '../graph/graph.ts'
import { ancestorsOf, dependenciesOf, inOrder, keyOf } from '../graph/graph.ts'
import type { JobOutcome, StageOutcome } from '../graph/outcomes.ts'
import { jobDependencies, jobsOfStages, stageDependencies, worstOf } from '../graph/outcomes.ts'
import type { StageDefinition } from '../template/stages.ts'
import type { Decision } from './decide.ts'
import { decide } from './decide.ts'
import type { JobRun } from './job-run.ts'
import { endWithoutRunning } from './job-run.ts'
import { runGraphJob } from './run-graph-job.ts'
import type { RunState } from './run-state.ts'
import { declare, variablesOfRun } from './run-variables.ts'

/** Runs the stages of a run one after the other, each after those that it depends on. */
export async function runStages(run: RunState): Promise<readonly StageOutcome[]> {
  const outcomes: StageOutcome[] = []
  for (const stage of inOrder(run.pipeline.stages)) {
    const before = outcomesOf(dependenciesOf(stage, run.pipeline.stages), outcomes)
    const decision = decideStage(stage, outcomes, run)
    const jobs: JobOutcome[] = []
    for (const job of inOrder(stage.jobs)) {
      const dependencies = new Map([
        ['dependencies', jobDependencies(outcomesOf(dependenciesOf(job, stage.jobs), jobs))],
        ['stagedependencies', jobsOfStages(before)],
      ])
      const jobRun = { stage, job, dependencies }
      const jobDecision = decision === 'run' ? decideJob(jobRun, jobs, run) : decision
      jobs.push(jobDecision === 'run' ? await runGraphJob(jobRun, run) : endWithoutRunning(jobRun, jobDecision, run))
    }
    outcomes.push({ name: stage.name, result: worstOf(jobs.map(({ result }) => result)), jobs })
  }
  return outcomes
}

function decideStage(stage: StageDefinition, outcomes: readonly StageOutcome[], run: RunState): Decision {
  const { stages } = run.pipeline
  const before = outcomesOf(dependenciesOf(stage, stages), outcomes)
  return decide(stage.condition, {
    variables: variablesOfRun(run).resolve().values,
    dependencies: new Map([['dependencies', stageDependencies(before)]]),
    results: resultsOf(outcomesOf(ancestorsOf(stage, stages), outcomes)),
    isCanceled: run.signal.aborted,
  })
}

function decideJob({ stage, job, dependencies }: JobRun, outcomes: readonly JobOutcome[], run: RunState): Decision {
  const variables = variablesOfRun(run)
  declare(variables, stage.variables, dependencies, run.secretOutputs)
  return decide(job.condition, {
    variables: variables.resolve().values,
    dependencies,
    results: resultsOf(outcomesOf(ancestorsOf(job, stage.jobs), outcomes)),
    isCanceled: run.signal.aborted,
  })
}

function outcomesOf<Outcome extends { readonly name: string }>(
  nodes: readonly GraphNode[],
  outcomes: readonly Outcome[],
): readonly Outcome[] {
  const names = new Set(nodes.map(({ name }) => keyOf(name)))
  return outcomes.filter(({ name }) => names.has(keyOf(name)))
}

function resultsOf(outcomes: readonly (JobOutcome | StageOutcome)[]) {
  return new Map(outcomes.map(({ name, result }) => [keyOf(name), result]))
}
