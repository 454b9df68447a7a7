import * as agent from 'azure-pipelines-task-lib/task.js'
import type { RawInput } from './form.ts'
import { silently } from './silently.ts'

/** An input as the agent hands it over. */
export function agentInput(name: string): RawInput {
  return {
    text: () => agent.getInput(name),
    secretText: () => silently(() => agent.getInput(name)),
    hasPath: () => agent.filePathSupplied(name),
    connection() {
      const id = agent.getInput(name)
      return id === undefined || id === '' ? undefined : (agent.getEndpointAuthorization(id, true)?.parameters ?? {})
    },
  }
}
