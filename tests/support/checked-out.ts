import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipelineFile, repositoryName as demoRepository } from '../../sandbox/demo/story.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'

/** A checkout whose pipeline keeps its image in a repository of its own, so that tests do not meet in one. */
export async function checkOutFor(sandbox: Sandbox, repositoryName: string): Promise<string> {
  const sources = await sandbox.checkOut()
  await edit(join(sources, pipelineFile), (text) =>
    text.replace(`aws_ecr_repository_name: ${demoRepository}`, `aws_ecr_repository_name: ${repositoryName}`),
  )
  return sources
}

/** Changes a file; throws an Error where the change changes nothing. */
export async function edit(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`The edit of ${file} does not fit it any more.`)
  await writeFile(file, after)
}
