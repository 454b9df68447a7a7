import { randomBytes } from 'node:crypto'
import { basename, join, resolve } from 'node:path'
import type { StepResult } from '../contract.ts'
import type { JobStatus } from '../expressions/conditions.ts'
import type { Folders } from '../job/folders.ts'
import { prepareInPlace, prepareOwn } from '../job/folders.ts'
import type { JobOutput, JobState, PlannedCheckout } from '../job/job-state.ts'
import { isRealCheckout, pathOfCheckout, planCheckouts } from '../job/plan-checkouts.ts'
import { planJob } from '../job/plan-job.ts'
import type { JobPlace } from '../job/predefined-variables.ts'
import { agentVariables } from '../job/predefined-variables.ts'
import { runJob } from '../job/run-job.ts'
import type { Variables } from '../job/variables.ts'
import type { StepAction } from '../template/step-actions.ts'
import type { StepDefinition } from '../template/steps.ts'
import { jobSignal } from './job-signal.ts'
import type { RunState } from './run-state.ts'
import { variablesOfRun } from './run-variables.ts'

/** What one agent is to do. */
export interface AgentWork {
  readonly place: JobPlace
  readonly steps: readonly StepDefinition[]
  /** Adds the variables of stage, job and copy to those of the run. */
  readonly addVariables: (variables: Variables) => void
  readonly pool: string | undefined
  /** Minutes; 0 is no limit. */
  readonly timeoutInMinutes: number
  /** Works in the sources themselves. */
  readonly isInPlace: boolean
}

/** How the steps ended. */
export interface AgentResult {
  readonly status: JobStatus
  readonly steps: readonly StepResult[]
  readonly outputs: ReadonlyMap<string, JobOutput>
  readonly isTimedOut: boolean
}

/** Runs the steps of a job, a copy or a hook on an agent of its own; throws what its variables throw. */
export async function runOnAgent(work: AgentWork, run: RunState): Promise<AgentResult> {
  const { request } = run
  const names = repositoryNames(request.sources, request.repositories)
  const { stage, job, part } = work.place
  const folderName = [String(request.runId), stage.name, job.name, ...(part === undefined ? [] : [part])].join('-')
  const folders = work.isInPlace
    ? await prepareInPlace(resolve(request.sources), run.folders)
    : await prepareOwn(folderName, planCheckouts(work.steps, names), run.folders)
  const token = randomBytes(24).toString('base64url')
  const variables = variablesOfRun(run, { variables: agentVariables(work.place, folders), token })
  work.addVariables(variables)

  const steps = planJob(work.steps, run.tasks)
  const { signal, isTimedOut, dispose } = jobSignal(run.signal, work.timeoutInMinutes)
  const checkouts = checkoutsOf(work, run, folders)
  const state = startJob(work.pool, run, { variables, folders, checkouts, signal })
  try {
    const results = await runJob(steps, state)
    run.identity = { ...run.identity, buildNumber: variables.resolve().get('Build.BuildNumber') ?? '' }
    return { status: state.status, steps: results, outputs: state.outputs, isTimedOut: isTimedOut() }
  } finally {
    dispose()
  }
}

function startJob(
  pool: string | undefined,
  run: RunState,
  own: Pick<JobState, 'variables' | 'folders' | 'checkouts' | 'signal'>,
): JobState {
  const { request, masker } = run
  const resolved = own.variables.resolve()
  for (const { value, isSecret } of resolved.all) if (isSecret) masker.addInitial(value)
  return {
    ...own,
    masker,
    connections: request.connections ?? [],
    standIn: request.standIn,
    environment: { ...request.environment, ...request.pools?.[pool ?? ''] },
    node: request.node ?? process.execPath,
    write: request.write,
    isDebugging: resolved.get('System.Debug')?.toLowerCase() === 'true',
    outputs: new Map(),
    status: 'Succeeded',
    prependedPaths: [],
    attachments: run.attachments,
    testRuns: run.testRuns,
    tags: run.tags,
  }
}

function checkoutsOf(work: AgentWork, run: RunState, folders: Folders): ReadonlyMap<StepAction, PlannedCheckout> {
  const { sources, repositories = {} } = run.request
  if (work.isInPlace) return new Map()
  const names = repositoryNames(sources, repositories)
  const planned = work.steps.flatMap(({ action }) => {
    if (!isRealCheckout(action)) return []
    const from = resolve(repositories[action.repository] ?? sources)
    const to = join(folders.workspace, pathOfCheckout(action, work.steps, names))
    return [[action, { from, to, except: run.folders.work }] as const]
  })
  return new Map(planned)
}

/** Names of repositories by alias: those of their folders. */
export function repositoryNames(
  sources: string,
  repositories: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  const all = Object.entries({ ...repositories, self: sources })
  return new Map(all.map(([alias, folder]) => [alias, basename(resolve(folder))]))
}
