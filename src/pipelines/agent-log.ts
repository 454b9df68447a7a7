import * as agent from 'azure-pipelines-task-lib/task.js'
import { cleanLine } from '../model/clean-line.ts'
import type { Log } from '../model/log.ts'

/**
 * The log of the step. Warnings become issues on the run's page, groups become folds.
 * https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
 */
export function agentLog(): Log {
  return {
    info: (line) => {
      console.log(cleanLine(line))
    },
    warning: (message, place) => {
      agent.logIssue(agent.IssueType.Warning, cleanLine(message), place?.file, place?.line)
    },
    debug: agent.debug,
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
