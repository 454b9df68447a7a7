import * as agent from 'azure-pipelines-task-lib/task.js'
import { openAddress } from '../model/open-address.ts'

/** What the agent tells about the run that a task is part of. */
export interface RunFacts {
  /** Project and run id; the same when failed jobs of the run are repeated. */
  readonly id: string
  /** Whether this is not the first attempt of the job, of its stage, or of a release's deployment. */
  readonly isRepeated: boolean
  /** What is built: the commit and the repository's address, where the run has sources. */
  readonly revision?: string
  readonly source?: string
  /** The run's web page. */
  readonly page?: string
  /** For people: the pipeline's name and the run's number. */
  readonly title: string
}

/** Count from 1. */
const attempts = ['System.JobAttempt', 'System.StageAttempt', 'Release.AttemptNumber']

/**
 * https://learn.microsoft.com/azure/devops/pipelines/build/variables
 * https://learn.microsoft.com/azure/devops/pipelines/release/variables
 */
export function runFacts(): RunFacts {
  const variable = (name: string) => agent.getVariable(name)
  const project = variable('System.TeamProject') ?? ''
  const collection = variable('System.TeamFoundationCollectionUri')?.replace(/\/$/, '')
  const isRelease = /^(release|deployment)$/.test(variable('System.HostType') ?? '')
  const buildId = variable('Build.BuildId') ?? ''
  const page = isRelease
    ? variable('Release.ReleaseWebURL')
    : collection && `${collection}/${encodeURIComponent(project)}/_build/results?buildId=${buildId}`
  const revision = variable('Build.SourceVersion')
  const source = openAddress(variable('Build.Repository.Uri') ?? '')
  return {
    id: isRelease ? `${project}/release/${variable('Release.ReleaseId') ?? ''}` : `${project}/${buildId}`,
    isRepeated: attempts.some((name) => Number(variable(name)) > 1),
    title: isRelease
      ? `${variable('Release.DefinitionName') ?? ''} ${variable('Release.ReleaseName') ?? ''}`
      : `${variable('Build.DefinitionName') ?? ''} ${variable('Build.BuildNumber') ?? ''}`,
    ...(revision !== undefined && { revision }),
    ...(source && { source }),
    ...(page !== undefined && page !== '' && { page }),
  }
}
