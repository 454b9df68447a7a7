import { existsSync, statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import type { PipelineResult } from './agent/run-pipeline.ts'
import { readPipelineArguments } from './pipeline-arguments.ts'
import { withSandbox } from './sandbox.ts'
import { cardText } from './teams/card-text.ts'

/** `npm run pipeline`: a pipeline file that uses the tasks, on this machine. */
async function main(): Promise<void> {
  const { file, request } = readPipelineArguments(process.argv.slice(2))
  const path = pathOf(file)
  const sources = repositoryRootOf(path)
  await withSandbox(
    async (sandbox, signal) => {
      const result = await sandbox.run({
        sources,
        file: relative(sources, path),
        ...request,
        write: console.log,
        signal,
      })
      for (const line of resultLines(result)) console.log(line)
      for (const { card } of sandbox.teams.cards) console.log(`\nCard in Teams\n  ${cardText(card).join('\n  ')}`)
      return result.result === 'Succeeded' || result.result === 'SucceededWithIssues' ? 'good' : 'bad'
    },
    { takesAnyPipeline: true },
  )
}

/** npm runs this in the repository's root, wherever it was called. */
function pathOf(file: string): string {
  const path = resolve(process.env.INIT_CWD ?? '.', file)
  if (!existsSync(path) || !statSync(path).isFile()) throw new Error(`There is no file ${path}.`)
  return path
}

/** The result of the run, and of each of its jobs where there are several. */
function resultLines({ result, jobs }: PipelineResult): readonly string[] {
  const each = jobs.map(({ stage, displayName, result: end }) => `  ${stage}  ${displayName}  ${end}`)
  return [...(jobs.length > 1 ? each : []), `Result: ${result}`]
}

/** The folder that an agent would check out: the nearest one above with a .git, else the file's own. */
function repositoryRootOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(resolve(folder, '.git'))) return folder
    if (folder === dirname(folder)) return dirname(file)
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
