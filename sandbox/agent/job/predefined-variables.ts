import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { defaultStage } from '../template/stages.ts'
import type { Folders } from './folders.ts'

/** What is the same for all jobs of a run. */
export interface RunIdentity {
  readonly runId: number
  /** 1, or more where the run is repeated. */
  readonly attempt: number
  readonly buildNumber: string
  /** Name of the pipeline. */
  readonly definition: string
  readonly sources: string
  /** Full ref of the branch; of a pull request the one that is to be merged. */
  readonly branch: string
  /** Number of the pull request that the run validates. */
  readonly pullRequest: number | undefined
}

/** One agent's part of a run: a job, one copy of it, or a hook of a deployment. */
export interface JobPlace {
  readonly stage: { readonly name: string; readonly displayName: string }
  readonly job: { readonly name: string; readonly displayName: string }
  /** Name of the copy or hook; outputs are read below it. `undefined` for a job that is one. */
  readonly part: string | undefined
  /** With the part in it, as the web page shows it. */
  readonly displayName: string
  /** Which of how many copies, from 1. */
  readonly position: number
  readonly total: number
}

const invalidHost = 'https://azure-devops.invalid/local'

/** The predefined variables that are known when templates are expanded. */
export function templateVariables(run: RunIdentity): Readonly<Record<string, string>> {
  return {
    'Build.DefinitionName': run.definition,
    'Build.Repository.Name': basename(run.sources),
    'Build.Repository.Provider': 'Git',
    'Build.SourceVersion': '0'.repeat(40),
    'System.HostType': 'build',
    'System.TeamProject': 'local',
    'System.TeamFoundationCollectionUri': `${invalidHost}/`,
    ...triggerVariables(run),
  }
}

/** What says why the run was started; in a pull request the service builds the merge of its branch. */
function triggerVariables({ branch, pullRequest, sources }: RunIdentity): Readonly<Record<string, string>> {
  if (pullRequest === undefined) {
    return {
      'Build.Reason': 'Manual',
      'Build.SourceBranch': branch,
      'Build.SourceBranchName': branch.split('/').at(-1) ?? branch,
    }
  }
  return {
    'Build.Reason': 'PullRequest',
    'Build.SourceBranch': `refs/pull/${String(pullRequest)}/merge`,
    'Build.SourceBranchName': 'merge',
    'System.PullRequest.PullRequestId': String(pullRequest),
    'System.PullRequest.IsFork': 'False',
    'System.PullRequest.SourceBranch': branch,
    'System.PullRequest.SourceCommitId': '0'.repeat(40),
    'System.PullRequest.SourceRepositoryURI': `${invalidHost}/_git/${basename(sources)}`,
    'System.PullRequest.TargetBranch': 'refs/heads/main',
    'System.PullRequest.TargetBranchName': 'main',
  }
}

/** The predefined variables that conditions of stages and jobs see. */
export function runVariables(run: RunIdentity): Readonly<Record<string, string>> {
  return {
    ...templateVariables(run),
    'Build.BuildId': String(run.runId),
    'Build.BuildNumber': run.buildNumber,
    'Build.Repository.Uri': `${invalidHost}/_git/${basename(run.sources)}`,
    'System.StageAttempt': String(run.attempt),
    'System.PhaseAttempt': String(run.attempt),
    'System.JobAttempt': String(run.attempt),
    'System.Debug': 'false',
  }
}

/** The predefined variables that exist once a job runs on an agent. */
export function agentVariables(place: JobPlace, folders: Folders): Readonly<Record<string, string>> {
  const { stage, job, part } = place
  const inner = part ?? '__default'
  const identifier = [...(stage.name === defaultStage ? [] : [stage.name]), job.name, inner].join('.')
  return {
    ...folderVariables(folders),
    'System.StageName': stage.name,
    'System.StageDisplayName': stage.displayName,
    'System.PhaseName': job.name,
    'System.PhaseDisplayName': job.displayName,
    'System.JobName': inner,
    'System.JobDisplayName': place.displayName,
    'System.JobIdentifier': identifier,
    'System.JobId': identifier === 'Job.__default' ? '12f1170f-54f2-53f3-20dd-22fc7dff55f9' : guidOf(identifier),
    'System.JobPositionInPhase': String(place.position),
    'System.TotalJobsInPhase': String(place.total),
    'Agent.Name': 'local',
    'Agent.MachineName': hostname(),
    'Agent.JobName': place.displayName,
    'Agent.JobStatus': 'Succeeded',
    'Agent.OS': process.platform === 'darwin' ? 'Darwin' : 'Linux',
    'Agent.OSArchitecture': process.arch.toUpperCase(),
    'Agent.Version': '4.265.1',
  }
}

function folderVariables(folders: Folders): Readonly<Record<string, string>> {
  return {
    'Build.SourcesDirectory': folders.sources,
    'Build.Repository.LocalPath': folders.self,
    'Build.ArtifactStagingDirectory': folders.staging,
    'Build.StagingDirectory': folders.staging,
    'Build.BinariesDirectory': folders.binaries,
    'Common.TestResultsDirectory': folders.testResults,
    'System.DefaultWorkingDirectory': folders.workingDirectory,
    'System.ArtifactsDirectory': folders.staging,
    'Pipeline.Workspace': folders.workspace,
    'Agent.BuildDirectory': folders.workspace,
    'Agent.HomeDirectory': folders.work,
    'Agent.RootDirectory': folders.work,
    'Agent.WorkFolder': folders.work,
    'Agent.TempDirectory': folders.temporary,
    'Agent.ToolsDirectory': folders.tools,
  }
}

/** The same for the same job in every run, as on the service. */
function guidOf(identifier: string): string {
  const hex = createHash('sha256').update(identifier).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
