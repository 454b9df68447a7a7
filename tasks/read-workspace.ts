import type { Workspace } from '../src/build-context/workspace.ts'
import type { StepContext } from '../src/pipelines/run-task.ts'

/**
 * Where the pipeline checked out its sources; a classic release has artifacts instead. Undefined outside of an agent.
 * https://learn.microsoft.com/azure/devops/pipelines/build/variables
 */
export function readWorkspace({ variable }: Pick<StepContext, 'variable'>): Workspace | undefined {
  const sources = variable('Build.SourcesDirectory') ?? variable('System.DefaultWorkingDirectory')
  const whole = variable('Pipeline.Workspace')
  return sources === undefined ? undefined : { sources, ...(whole !== undefined && { whole }) }
}
