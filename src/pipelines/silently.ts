import * as agent from 'azure-pipelines-task-lib/task.js'
import { PassThrough } from 'node:stream'

/** The library repeats what it reads in the debug log, where a secret that is not masked yet would be seen. */
export function silently<Value>(reading: () => Value): Value {
  agent.setStdStream(new PassThrough())
  try {
    return reading()
  } finally {
    agent.setStdStream(process.stdout)
  }
}
