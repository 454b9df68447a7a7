import { randomBytes } from 'node:crypto'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import type { PipelineRequest, PipelineResult } from './contract.ts'
import { runtimeValue } from './expressions/runtime-value.ts'
import { prepareFolders } from './job/folders.ts'
import type { Folders } from './job/folders.ts'
import type { JobState } from './job/job-state.ts'
import { Masker } from './job/masking.ts'
import type { PlannedStep } from './job/plan-job.ts'
import { planJob } from './job/plan-job.ts'
import type { RunIdentity } from './job/predefined-variables.ts'
import { jobVariables, templateVariables } from './job/predefined-variables.ts'
import { runJob } from './job/run-job.ts'
import { readTasks } from './job/task-definition.ts'
import { readTaskInputs } from './job/task-inputs.ts'
import { Variables } from './job/variables.ts'
import type { Pipeline } from './template/load-pipeline.ts'
import { loadPipeline } from './template/load-pipeline.ts'

export type * from './contract.ts'

/** Expands a pipeline file and runs its job on this machine; throws `PipelineError` when it cannot be expanded. */
export async function runPipeline(request: PipelineRequest): Promise<PipelineResult> {
  const sources = resolve(request.sources)
  const file = relative(sources, resolve(sources, request.file)).replaceAll(sep, '/')
  const run: RunIdentity = {
    runId: request.runId,
    buildNumber: `${formatDay(request.startedAt ?? new Date())}.${String(request.runId)}`,
    definition: basename(dirname(resolve(sources, file))),
    sources,
  }
  const pipeline = loadPipeline({
    root: sources,
    file,
    parameters: request.parameters ?? {},
    variables: new Map(Object.entries({ ...templateVariables(run), ...request.variables })),
  })
  const steps = planJob(pipeline.steps, readTasks(resolve(request.tasks)))
  const folders = await prepareFolders(sources, resolve(request.work), request.runId)
  const variables = variablesOf(request, run, pipeline, folders)
  const job = startJob(request, variables, folders)
  assertConnections(steps, job)

  const results = await runJob(steps, job)
  return {
    result: job.status,
    steps: results,
    attachments: job.attachments,
    testRuns: job.testRuns,
    buildNumber: variables.resolve().get('Build.BuildNumber') ?? run.buildNumber,
    tags: job.tags,
  }
}

/** Predefined variables, then the file's, then those given when the run was queued. */
function variablesOf(request: PipelineRequest, run: RunIdentity, pipeline: Pipeline, folders: Folders): Variables {
  const variables = new Variables()
  for (const [name, value] of Object.entries(jobVariables(run, folders))) variables.set(name, value)
  variables.set('System.AccessToken', randomBytes(24).toString('base64url'), { isSecret: true })
  for (const { name, value, isReadOnly, at } of pipeline.variables) {
    variables.set(name, runtimeValue(value, variables.resolve().values, at), { isReadOnly })
  }
  for (const [name, value] of Object.entries(request.variables ?? {})) variables.set(name, value)
  for (const [name, value] of Object.entries(request.secretVariables ?? {})) {
    variables.set(name, value, { isSecret: true })
  }
  return variables
}

function startJob(request: PipelineRequest, variables: Variables, folders: Folders): JobState {
  const resolved = variables.resolve()
  return {
    variables,
    masker: maskerFor(request, variables),
    folders,
    connections: request.connections ?? [],
    environment: request.environment,
    node: request.node ?? process.execPath,
    write: request.write,
    isDebugging: resolved.get('System.Debug')?.toLowerCase() === 'true',
    signal: request.signal ?? new AbortController().signal,
    status: 'Succeeded',
    prependedPaths: [],
    attachments: [],
    testRuns: [],
    tags: [],
  }
}

function maskerFor({ connections = [] }: PipelineRequest, variables: Variables): Masker {
  const masker = new Masker()
  for (const { value, isSecret } of variables.resolve().all) if (isSecret) masker.addInitial(value)
  for (const value of connections.flatMap(({ parameters }) => Object.values(parameters))) {
    if (value.length >= 3 && !/^(true|false)$/i.test(value)) masker.addInitial(value)
  }
  return masker
}

/** The service checks before the run that every named service connection exists. */
function assertConnections(steps: readonly PlannedStep[], job: JobState): void {
  const from = { ...job, variables: job.variables.resolve(), sources: job.folders.sources }
  for (const { work } of steps) if (work.kind === 'task') readTaskInputs(work.task, work.inputs, from)
}

function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10).replaceAll('-', '')
}
