import { hostname } from 'node:os'
import { basename } from 'node:path'
import type { Folders } from './folders.ts'

export interface RunIdentity {
  readonly runId: number
  readonly buildNumber: string
  /** Name of the pipeline. */
  readonly definition: string
  readonly sources: string
}

/** The predefined variables that are known when templates are expanded. */
export function templateVariables(run: RunIdentity): Readonly<Record<string, string>> {
  return {
    'Build.DefinitionName': run.definition,
    'Build.Reason': 'Manual',
    'Build.Repository.Name': basename(run.sources),
    'Build.Repository.Provider': 'Git',
    'Build.SourceBranch': 'refs/heads/main',
    'Build.SourceBranchName': 'main',
    'Build.SourceVersion': '0'.repeat(40),
    'System.HostType': 'build',
    'System.TeamProject': 'local',
    'System.TeamFoundationCollectionUri': 'https://azure-devops.invalid/local/',
  }
}

/** The predefined variables that exist once the job runs. */
export function jobVariables(run: RunIdentity, folders: Folders): Readonly<Record<string, string>> {
  return {
    ...templateVariables(run),
    ...folderVariables(folders),
    'Build.BuildId': String(run.runId),
    'Build.BuildNumber': run.buildNumber,
    'Build.Repository.Uri': `https://azure-devops.invalid/local/_git/${basename(run.sources)}`,
    'System.StageName': '__default',
    'System.StageAttempt': '1',
    'System.JobName': 'Job',
    'System.JobDisplayName': 'Job',
    'System.JobAttempt': '1',
    'System.JobId': '12f1170f-54f2-53f3-20dd-22fc7dff55f9',
    'System.Debug': 'false',
    'Agent.Name': 'local',
    'Agent.MachineName': hostname(),
    'Agent.JobName': 'Job',
    'Agent.JobStatus': 'Succeeded',
    'Agent.OS': process.platform === 'darwin' ? 'Darwin' : 'Linux',
    'Agent.OSArchitecture': process.arch.toUpperCase(),
    'Agent.Version': '4.265.1',
  }
}

function folderVariables(folders: Folders): Readonly<Record<string, string>> {
  return {
    'Build.SourcesDirectory': folders.sources,
    'Build.Repository.LocalPath': folders.sources,
    'Build.ArtifactStagingDirectory': folders.staging,
    'Build.StagingDirectory': folders.staging,
    'Build.BinariesDirectory': folders.binaries,
    'Common.TestResultsDirectory': folders.testResults,
    'System.DefaultWorkingDirectory': folders.sources,
    'System.ArtifactsDirectory': folders.staging,
    'Pipeline.Workspace': folders.work,
    'Agent.BuildDirectory': folders.work,
    'Agent.HomeDirectory': folders.work,
    'Agent.RootDirectory': folders.work,
    'Agent.WorkFolder': folders.work,
    'Agent.TempDirectory': folders.temporary,
    'Agent.ToolsDirectory': folders.tools,
  }
}
