import * as agent from 'azure-pipelines-task-lib/task.js'
import { openAddress } from '../model/open-address.ts'

/** What the agent tells about the run that a task is part of. */
export interface RunFacts {
  /** Project and run id; the same when failed jobs of the run are repeated. */
  readonly id: string
  /** Whether this is not the first attempt of the job, of its stage, or of a release's deployment. */
  readonly isRepeated: boolean
  /** Whether it is about a pull request, whoever started it. */
  readonly isPullRequest: boolean
  /** Full ref of what is built, `refs/heads/main`; of a classic release that of its primary artifact. */
  readonly branch?: string
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

/** Why a run was started. A release has the second; the first may be there too. */
const startReasons = ['Build.Reason', 'Release.Reason']

/** Exist in the run of a pull request only; which of them depends on who hosts the repository. */
const pullRequestVariables = ['PullRequestId', 'PullRequestNumber', 'SourceBranch', 'TargetBranch'].map(
  (name) => `System.PullRequest.${name}`,
)

/**
 * https://learn.microsoft.com/azure/devops/pipelines/build/variables
 * https://learn.microsoft.com/azure/devops/pipelines/release/variables
 */
export function runFacts(): RunFacts {
  const variable = (name: string) => agent.getVariable(name)
  const branch = variable('Build.SourceBranch')
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
    isPullRequest:
      startReasons.some((name) => variable(name)?.toLowerCase() === 'pullrequest') ||
      pullRequestVariables.some((name) => (variable(name) ?? '') !== '') ||
      // Also where somebody queues a run of it, or another pipeline passes it on.
      /^refs\/pull(-requests)?\//i.test(branch ?? ''),
    ...(branch !== undefined && branch !== '' && { branch }),
    title: isRelease
      ? `${variable('Release.DefinitionName') ?? ''} ${variable('Release.ReleaseName') ?? ''}`
      : `${variable('Build.DefinitionName') ?? ''} ${variable('Build.BuildNumber') ?? ''}`,
    ...(revision !== undefined && { revision }),
    ...(source && { source }),
    ...(page !== undefined && page !== '' && { page }),
  }
}
