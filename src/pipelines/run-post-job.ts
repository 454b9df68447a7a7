import * as agent from 'azure-pipelines-task-lib/task.js'
import type { Log } from '../model/log.ts'
import { jobContainerFacts, type JobContainerFacts } from './job-container-facts.ts'

/** What a step can leave for the post-job handler of its task; several names stand with spaces between. */
export type PostJobKey =
  /** The owners whose marks the things in the engine carry, one for each attempt of the step. */
  | 'owners'
  /** The file that an archive is written to before it gets its name. */
  | 'partialArchive'
  /** Images that came from an archive. */
  | 'loadedImages'
  /** The name that an image got for its push. */
  | 'pushedName'

/** What a post-job handler gets. */
export interface PostJobContext {
  /** What the step left with `leaveForPostJob`; undefined where it did not get that far. */
  readonly left: (key: PostJobKey) => string | undefined
  readonly jobContainer: JobContainerFacts
  readonly log: Pick<Log, 'debug'>
}

/** Runs a post-job handler: it comes also after a step that was skipped, says nothing, and never fails a job. */
export async function runPostJob(work: (context: PostJobContext) => Promise<void>): Promise<void> {
  try {
    await work({
      left: agent.getTaskVariable,
      jobContainer: jobContainerFacts(),
      log: { debug: agent.debug },
    })
  } catch (error) {
    agent.debug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
}
