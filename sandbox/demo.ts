import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderReport } from './demo/report.ts'
import { type Chapter, observe, pipelineFile, story, type World } from './demo/story.ts'
import { lastWords, type ToldChapter, toldSteps } from './demo/told-chapter.ts'
import { type Sandbox, withSandbox } from './sandbox.ts'
import { stateFolder } from './state.ts'

/** `npm run demo`: five runs of one pipeline file, told in a few lines each. Good only if all was observed. */
async function demonstrate(sandbox: Sandbox, signal: AbortSignal): Promise<'good' | 'bad'> {
  const started = Date.now()
  const world = { sandbox, sources: await sandbox.checkOut() }
  const told: ToldChapter[] = []
  for (const chapter of story) told.push(await tell(chapter, told.length + 1, world, signal))

  const { tags } = await observe(sandbox)
  console.log('\nTags in ECR at the end')
  for (const [tag, digest] of [...tags].sort()) console.log(`  ${tag.padEnd(22)} ${digest.slice(0, 19)}`)
  console.log('\nCards in Teams')
  for (const { card } of sandbox.teams.cards) console.log(`  ${String(card.fallbackText)}`)

  const report = join(stateFolder, 'demo-report.html')
  await writeFile(report, renderReport(told, tags, sandbox.teams.cards))
  const failures = told.flatMap(({ expectations }) => expectations).filter(({ holds }) => !holds)
  const seconds = ((Date.now() - started) / 1000).toFixed(0)
  console.log(
    failures.length === 0
      ? `\nAll of this was read back from ECR, the registry and the engine (${seconds} s). Report: ${report}`
      : `\n${String(failures.length)} claims do not hold. Report: ${report}`,
  )
  return failures.length === 0 ? 'good' : 'bad'
}

async function tell(chapter: Chapter, number: number, world: World, signal: AbortSignal): Promise<ToldChapter> {
  const { sandbox, sources } = world
  console.log(`\n${String(number)}. ${chapter.title}`)
  await chapter.prepare?.(world)
  const before = await observe(sandbox)
  const run = await sandbox.run({ sources, file: pipelineFile, parameters: chapter.parameters ?? {}, signal })
  signal.throwIfAborted()
  for (const step of toldSteps(run)) {
    const seconds = `${(step.milliseconds / 1000).toFixed(1)} s`
    console.log(`   ${seconds.padStart(7)}  ${step.displayName}: ${lastWords(step)}`)
  }
  const after = await observe(sandbox)
  const expectations = await chapter.expect({ sandbox, run, before, after })
  for (const { claim, holds } of expectations) console.log(`   ${holds ? '✓' : '✗'} ${claim}`)
  return { title: chapter.title, run, expectations }
}

await withSandbox(demonstrate)
