import type { JobDefinition } from '../template/jobs.ts'
import type { StageDefinition } from '../template/stages.ts'
import { ancestorsOf, keyOf } from './graph.ts'

/**
 * Leaves of the stages one job, `Job` or `Stage.Job`, and what has to run before it: the jobs and whole stages that it
 * depends on, directly or not. Throws an Error where no job, or several, have that name.
 */
export function selectJob(stages: readonly StageDefinition[], wanted: string): readonly StageDefinition[] {
  const all = stages.flatMap((stage) => stage.jobs.map((job) => ({ stage, job })))
  const found = all.filter(({ stage, job }) => {
    return [job.name, `${stage.name}.${job.name}`].some((name) => keyOf(name) === keyOf(wanted))
  })
  const [only, second] = found
  if (only === undefined) {
    throw new Error(`There is no job '${wanted}'. Jobs: ${all.map(fullName).join(', ')}`)
  }
  if (second !== undefined) {
    throw new Error(`'${wanted}' names several jobs. Say which: ${found.map(fullName).join(', ')}`)
  }
  const { stage, job } = only
  const jobs = [...ancestorsOf(job, stage.jobs), job]
  const reduced = { ...stage, jobs: stage.jobs.filter((each) => jobs.includes(each)) }
  const before = ancestorsOf(stage, stages)
  return stages.flatMap((each) => (each === stage ? [reduced] : before.includes(each) ? [each] : []))
}

function fullName({ stage, job }: { readonly stage: StageDefinition; readonly job: JobDefinition }): string {
  return `${stage.name}.${job.name}`
}
