import * as agent from 'azure-pipelines-task-lib/task.js'
import { PassThrough } from 'node:stream'
import type { RawInput } from './form.ts'

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

/** The library repeats each input in the debug log, where one that is not masked yet would be seen. */
function silently<Value>(reading: () => Value): Value {
  agent.setStdStream(new PassThrough())
  try {
    return reading()
  } finally {
    agent.setStdStream(process.stdout)
  }
}
