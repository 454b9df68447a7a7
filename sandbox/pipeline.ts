import { existsSync, statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { withSandbox } from './sandbox.ts'
import { cardText } from './teams/card-text.ts'

const usage = 'usage: npm run pipeline -- <azure-pipelines.yml> [--parameter name=value] [--variable name=value]'

/** `npm run pipeline`: a pipeline file of steps that uses the tasks, on this machine. */
async function main(): Promise<void> {
  const { file, parameters, variables } = readArguments()
  const sources = repositoryRootOf(file)
  await withSandbox(async (sandbox, signal) => {
    const request = { sources, file: relative(sources, file), parameters, variables, write: console.log, signal }
    const { result } = await sandbox.run(request)
    console.log(`Result: ${result}`)
    for (const { card } of sandbox.teams.cards) console.log(`\nCard in Teams\n  ${cardText(card).join('\n  ')}`)
    return result === 'Succeeded' || result === 'SucceededWithIssues' ? 'good' : 'bad'
  })
}

function readArguments() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { parameter: { type: 'string', multiple: true }, variable: { type: 'string', multiple: true } },
  })
  const [given] = positionals
  if (given === undefined || positionals.length > 1) throw new Error(usage)
  // npm runs this in the repository's root, wherever it was called.
  const path = resolve(process.env.INIT_CWD ?? '.', given)
  if (!existsSync(path) || !statSync(path).isFile()) throw new Error(`There is no file ${path}.`)
  return { file: path, parameters: pairs(values.parameter), variables: pairs(values.variable) }
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
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
