import type { Result } from '../contract.ts'
import type { JobOutcome } from '../graph/outcomes.ts'
import { worstOf } from '../graph/outcomes.ts'
import type { JobWork } from '../template/jobs.ts'
import type { Hook } from '../template/strategy.ts'
import type { JobRun, PartResult } from './job-run.ts'
import { keep, resultOf, valuesOf } from './job-run.ts'
import type { Part } from './run-part.ts'
import { runPart } from './run-part.ts'
import type { RunState } from './run-state.ts'
import { stepsOfHook } from './steps-of-job.ts'

type Deployment = Extract<JobWork, { kind: 'deployment' }>

/**
 * Runs the hooks of `runOnce`, each on an agent of its own: those in order until one fails, then `on: success` or
 * `on: failure`. There is nobody to approve: an environment has no checks here.
 */
export async function runDeployment(deployment: Deployment, jobRun: JobRun, run: RunState): Promise<JobOutcome> {
  const { job } = jobRun
  const ends: PartResult[] = []
  const runHook = async (hook: Hook) => {
    ends.push(await runPart(partOf(hook, deployment, jobRun), jobRun, run))
  }
  const hasFailed = () => ends.some(({ result }) => result === 'Failed' || result === 'Canceled')
  const isEnd = ({ name }: Hook) => name === 'success' || name === 'failure'
  for (const hook of deployment.hooks) if (!isEnd(hook) && !hasFailed()) await runHook(hook)
  const end = hasFailed() ? 'failure' : 'success'
  for (const hook of deployment.hooks) if (hook.name === end) await runHook(hook)

  const result: Result = resultOf(worstOf(ends.map((each) => each.result)), job)
  const outputs = new Map(ends.flatMap((each) => [...each.outputs]))
  const all = { steps: ends.flatMap(({ steps }) => steps), issues: ends.flatMap(({ issues }) => issues) }
  keep(jobRun, { ...all, result, outputs, displayName: job.displayName }, run)
  return { name: job.name, result, outputs: valuesOf(outputs, run) }
}

/** Outputs of `deploy` are read below the name of the job, those of other hooks below the name of the hook. */
function partOf({ name, ...hook }: Hook, { environment }: Deployment, { stage, job }: JobRun): Part {
  const isMain = name === 'deploy'
  return {
    place: {
      stage,
      job,
      part: isMain ? job.name : name,
      displayName: isMain ? job.displayName : `${job.displayName} ${name}`,
      position: 1,
      total: 1,
    },
    steps: stepsOfHook({ name, ...hook }),
    pool: hook.pool ?? job.pool,
    variables: new Map([
      ['Environment.Name', environment],
      ['Strategy.Name', 'runOnce'],
    ]),
    isInPlace: false,
  }
}
