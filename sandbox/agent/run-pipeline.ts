import { basename, dirname, relative, resolve, sep } from 'node:path'
import type { PipelineRequest, PipelineResult, Result, ServiceConnection } from './contract.ts'
import type { StageOutcome } from './graph/outcomes.ts'
import { worstOf } from './graph/outcomes.ts'
import { findEmptyReferences } from './graph/references.ts'
import { selectJob } from './graph/select-job.ts'
import { prepareRun } from './job/folders.ts'
import { isMaskedField, Masker } from './job/masking.ts'
import type { RunIdentity } from './job/predefined-variables.ts'
import { templateVariables } from './job/predefined-variables.ts'
import { readTasks } from './job/task-definition.ts'
import type { RunPlan } from './run/assert-runnable.ts'
import { assertRunnable } from './run/assert-runnable.ts'
import { runStages } from './run/run-stages.ts'
import type { RunState } from './run/run-state.ts'
import { writeLine } from './run/run-state.ts'
import { variablesOfRun } from './run/run-variables.ts'
import { formatPosition } from './position.ts'
import type { Pipeline } from './template/load-pipeline.ts'
import { loadPipeline } from './template/load-pipeline.ts'

export type * from './contract.ts'

/** Expands a pipeline file and runs its jobs on this machine; throws `PipelineError` when it cannot be expanded. */
export async function runPipeline(request: PipelineRequest): Promise<PipelineResult> {
  const sources = resolve(request.sources)
  const file = relative(sources, resolve(sources, request.file)).replaceAll(sep, '/')
  const identity = identityOf(request, sources, file)
  const pipeline = select(
    loadPipeline({
      root: sources,
      repositories: request.repositories ?? {},
      file,
      parameters: request.parameters ?? {},
      variables: new Map(Object.entries({ ...templateVariables(identity), ...request.variables })),
    }),
    request.job,
  )
  const plan = { request, identity, pipeline, tasks: readTasks(resolve(request.tasks)) }
  assertRunnable(plan)
  const run = await startRun(plan)
  for (const { at, problem } of findEmptyReferences(pipeline.stages)) {
    writeLine(run, `##[warning]${formatPosition(at)}: ${problem}`)
  }
  const stages = await runStages(run)
  return {
    result: resultOf(stages),
    stages: stages.map(({ name, result }) => ({ name, result })),
    jobs: run.jobs,
    steps: run.jobs.flatMap(({ steps }) => steps),
    attachments: run.attachments,
    testRuns: run.testRuns,
    buildNumber: run.identity.buildNumber,
    tags: run.tags,
  }
}

function identityOf(request: PipelineRequest, sources: string, file: string): RunIdentity {
  return {
    runId: request.runId,
    attempt: request.attempt ?? 1,
    buildNumber: `${formatDay(request.startedAt ?? new Date())}.${String(request.runId)}`,
    definition: basename(dirname(resolve(sources, file))),
    sources,
    branch: request.branch ?? 'refs/heads/main',
    pullRequest: request.pullRequest,
  }
}

function select(pipeline: Pipeline, job: string | undefined): Pipeline {
  return job === undefined ? pipeline : { ...pipeline, stages: selectJob(pipeline.stages, job) }
}

async function startRun(plan: RunPlan): Promise<RunState> {
  const { request, identity } = plan
  return {
    ...plan,
    folders: await prepareRun(resolve(request.work), identity.runId, identity.attempt),
    masker: maskerFor(plan),
    secretOutputs: new Set(),
    signal: request.signal ?? new AbortController().signal,
    jobs: [],
    attachments: [],
    testRuns: [],
    tags: [],
  }
}

function maskerFor(plan: RunPlan): Masker {
  const masker = new Masker()
  for (const { value, isSecret } of variablesOfRun(plan).resolve().all) if (isSecret) masker.addInitial(value)
  for (const value of (plan.request.connections ?? []).flatMap(maskedFields)) masker.add(value)
  return masker
}

function maskedFields({ parameters }: ServiceConnection): readonly string[] {
  return Object.entries(parameters).flatMap(([name, value]) => (isMaskedField(name) ? [value] : []))
}

/** A run of which every stage was skipped did not fail. */
function resultOf(stages: readonly StageOutcome[]): Result {
  const result = worstOf(stages.map((stage) => stage.result))
  return result === 'Skipped' ? 'Succeeded' : result
}

function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10).replaceAll('-', '')
}
