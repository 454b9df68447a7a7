import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The folders of one job: the sources, and those below the agent's work folder. */
export interface Folders {
  readonly sources: string
  readonly work: string
  readonly temporary: string
  readonly tools: string
  readonly staging: string
  readonly binaries: string
  readonly testResults: string
  /** What `artifact.upload` copies, in a folder per artifact. */
  readonly artifacts: string
  readonly attachments: string
}

/** Makes the folders. What belongs to one job only is emptied; artifacts and attachments are kept per run. */
export async function prepareFolders(sources: string, work: string, runId: number): Promise<Folders> {
  const perJob = {
    temporary: join(work, '_temp'),
    staging: join(work, 'a'),
    testResults: join(work, 'TestResults'),
  }
  const kept = {
    tools: join(work, '_tool'),
    binaries: join(work, 'b'),
    artifacts: join(work, 'runs', String(runId), 'artifacts'),
    attachments: join(work, 'runs', String(runId), 'attachments'),
  }
  for (const folder of Object.values(perJob)) await rm(folder, { recursive: true, force: true })
  for (const folder of Object.values({ ...perJob, ...kept })) await mkdir(folder, { recursive: true })
  return { sources, work, ...perJob, ...kept }
}
