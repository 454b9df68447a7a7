import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runPipeline } from '../sandbox/agent/run-pipeline.ts'
import { loadPipeline } from '../sandbox/agent/template/load-pipeline.ts'
import { root } from './support/markdown-pages.ts'

const file = 'azure-pipelines.yml'

describe("the project's own pipeline", () => {
  it('tests and packages before it publishes', () => {
    const { stages } = loadPipeline({ file, root, parameters: {}, variables: new Map() })

    assert.deepEqual(
      stages.map(({ name, jobs }) => [name, jobs.map((job) => job.name)]),
      [
        ['Build', ['Test', 'Package']],
        ['Publish', ['Marketplace']],
      ],
    )
  })

  it('packages the extension from a fresh copy, for the publisher that it is given', async () => {
    const work = mkdtempSync(join(tmpdir(), 'project-pipeline-'))
    const { PATH = '', HOME = '' } = process.env
    const lines: string[] = []

    const { result } = await runPipeline({
      file,
      sources: root,
      tasks: join(root, 'dist', 'extension', 'tasks'),
      work,
      environment: { PATH, HOME },
      parameters: { publisher: 'acme' },
      job: 'Package',
      runId: 1,
      write: (line) => lines.push(line),
    })
    const kept = readdirSync(work, { recursive: true, encoding: 'utf8' })
    rmSync(work, { recursive: true })

    assert.equal(result, 'Succeeded', lines.join('\n'))
    assert.ok(kept.some((path) => /extension\/acme\.platform-image-extension-\d+\.\d+\.\d+\.vsix$/.test(path)))
  }).timeout(300_000)
})
