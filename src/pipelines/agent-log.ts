import * as agent from 'azure-pipelines-task-lib/task.js'
import { cleanLine } from '../model/clean-line.ts'
import type { Log } from '../model/log.ts'

/**
 * The log of the step; `tell` has the words for failures. Warnings become issues on the run's page, groups become folds.
 * https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
 */
export function agentLog(tell: (error: unknown) => string): Log {
  const warn: Log['warning'] = (message, place) => {
    agent.logIssue(agent.IssueType.Warning, cleanLine(message), place?.file, place?.line)
  }
  return {
    info: (line) => {
      console.log(cleanLine(line))
    },
    warning: warn,
    debug: agent.debug,
    failure: (what, error) => {
      warn(`${what}: ${tell(error)}`)
    },
    async group(title, work) {
      console.log(`##[group]${cleanLine(title)}`)
      try {
        return await work()
      } finally {
        console.log('##[endgroup]')
      }
    },
  }
}
