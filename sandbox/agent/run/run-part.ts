import type { Leg } from '../graph/matrix.ts'
import type { JobOutput } from '../job/job-state.ts'
import type { JobPlace } from '../job/predefined-variables.ts'
import { PipelineError } from '../position.ts'
import type { StepDefinition } from '../template/steps.ts'
import type { JobRun, PartResult } from './job-run.ts'
import type { AgentWork } from './run-on-agent.ts'
import { runOnAgent } from './run-on-agent.ts'
import type { RunState } from './run-state.ts'
import { writeLine } from './run-state.ts'
import { declare } from './run-variables.ts'

/** A whole job, one copy of it, or one hook of a deployment. */
export interface Part {
  readonly place: JobPlace
  readonly steps: readonly StepDefinition[]
  /** Variables that only this part has. */
  readonly variables: Leg['variables']
  readonly pool: string | undefined
  readonly isInPlace: boolean
}

/** Runs one part on an agent of its own; what it cannot start with fails it. */
export async function runPart(part: Part, jobRun: JobRun, run: RunState): Promise<PartResult> {
  const { place, isInPlace } = part
  const { displayName } = place
  const isTold = run.pipeline.kind !== 'steps'
  if (isTold) writeLine(run, `##[section]Starting: ${displayName}`)
  try {
    const { status, steps, outputs, isTimedOut } = await runOnAgent(agentWorkOf(part, jobRun, run), run)
    const issues = isTimedOut ? [timeOut(displayName, jobRun)] : []
    for (const { message } of issues) writeLine(run, `##[error]${message}`)
    return { result: status, steps, issues, outputs: below(place.part, outputs) }
  } catch (error) {
    if (!(error instanceof PipelineError) || isInPlace) throw error
    writeLine(run, `##[error]${error.message}`)
    return { result: 'Failed', steps: [], issues: [{ type: 'error', message: error.message }], outputs: new Map() }
  } finally {
    if (isTold) writeLine(run, `##[section]Finishing: ${displayName}`)
  }
}

function agentWorkOf(part: Part, { stage, job, dependencies }: JobRun, run: RunState): AgentWork {
  return {
    place: part.place,
    steps: part.steps,
    isInPlace: part.isInPlace,
    pool: part.pool,
    timeoutInMinutes: job.timeoutInMinutes,
    addVariables: (variables) => {
      declare(variables, stage.variables, dependencies, run.secretOutputs)
      declare(variables, job.variables, dependencies, run.secretOutputs)
      for (const [name, value] of part.variables) variables.set(name, value)
    },
  }
}

function timeOut(displayName: string, { job }: JobRun) {
  const minutes = String(job.timeoutInMinutes)
  return { type: 'error', message: `${displayName} ran longer than the maximum time of ${minutes} minutes` } as const
}

/** Later jobs read outputs below the name of the copy or hook. */
function below(part: string | undefined, outputs: ReadonlyMap<string, JobOutput>): ReadonlyMap<string, JobOutput> {
  return part === undefined ? outputs : new Map([...outputs].map(([name, output]) => [`${part}.${name}`, output]))
}
