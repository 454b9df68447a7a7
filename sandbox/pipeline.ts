import { dirname, relative, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { PipelineError } from './agent/run-pipeline.ts'
import { startSandbox } from './sandbox.ts'

const usage = 'usage: npm run pipeline -- <azure-pipelines.yml> [--parameter name=value] [--variable name=value]'

/** `npm run pipeline`: any pipeline file that uses the tasks, on this machine. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { parameter: { type: 'string', multiple: true }, variable: { type: 'string', multiple: true } },
  })
  const [file] = positionals
  if (file === undefined || positionals.length > 1) throw new Error(usage)
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`)

  const sandbox = await startSandbox(console.log)
  const cancelled = new AbortController()
  const cancel = () => {
    cancelled.abort()
  }
  process.once('SIGINT', cancel).once('SIGTERM', cancel)
  try {
    const sources = repositoryRootOf(resolve(file))
    const { result } = await sandbox.run({
      sources,
      file: relative(sources, resolve(file)),
      parameters: pairs(values.parameter),
      variables: pairs(values.variable),
      write: console.log,
      signal: cancelled.signal,
    })
    console.log(`Result: ${result}`)
    for (const { card } of sandbox.teams.cards) console.log(`Card: ${JSON.stringify(card)}`)
    process.exitCode = result === 'Succeeded' || result === 'SucceededWithIssues' ? 0 : 1
  } finally {
    await sandbox.stop()
  }
}

function pairs(texts: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=')
      if (equals < 1) throw new Error(`"${text}" is not name=value. ${usage}`)
      return [text.slice(0, equals), text.slice(equals + 1)]
    }),
  )
}

/** The folder that an agent would check out: the nearest one above with a .git, else the file's own. */
function repositoryRootOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(resolve(folder, '.git'))) return folder
    if (folder === dirname(folder)) return dirname(file)
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof PipelineError || error instanceof Error ? error.message : error)
  process.exitCode = 1
})
