import { readFileSync } from 'node:fs'
import { heading, page, text as asMarkdown } from '../../src/model/markdown.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { noForm } from './no-form.ts'

/** A task that reports what holds secrets: one is a secret variable, one is masked by the task itself. */
void runTask(noForm, async ({ mask, hideSecrets, summarize, publishTestResults }) => {
  mask('masked & hidden')
  const text = 'variable: geheim, masked: masked & hidden'
  await summarize(page([heading(3, asMarkdown(text))]))
  await publishTestResults('Image a;b [c]', `<x>${hideSecrets(text).replaceAll('&', '&amp;')}</x>`)
  return 'Reported.'
})

// The folder is gone when the test looks: what the agent would read now is printed.
const write = process.stdout.write.bind(process.stdout)
process.stdout.write = (chunk: string | Uint8Array) => {
  const command = chunk.toString()
  const [, file] = /(?:uploadsummary\]|resultFiles=)([^;\]\r\n]+)/.exec(command) ?? []
  write(command)
  return file === undefined || write(`FILE ${file} ${readFileSync(file, 'utf8')}\n`)
}
