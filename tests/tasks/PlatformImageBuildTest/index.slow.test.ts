import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBundles, runPostJobBundle, runTaskBundle } from '../../support/task-process.ts'

describe('PlatformImageBuildTest', () => {
  before(function () {
    this.timeout(30_000)
    ensureBundles()
  })

  it('reads nothing else where there is nothing to build', async () => {
    const inputs = { buildRecord: '$(check.buildRecord)', contextPath: '$(nowhere)', containerPort: 'x' }
    const runs = await Promise.all(
      ['none', 'Retag'].map((action) => runTaskBundle('PlatformImageBuildTest', { inputs: { ...inputs, action } })),
    )

    for (const { result, outputs, exitCode } of runs) {
      assert.deepEqual({ result, outputs, exitCode }, { result: 'Succeeded', outputs: {}, exitCode: 0 })
    }
    assert.equal(runs[0]?.message, 'Nothing to build: the action is none.')
  })

  it('fails with the record of a step that is not there', async () => {
    const inputs = { action: 'release', buildRecord: '$(check.buildRecord)' }

    const run = await runTaskBundle('PlatformImageBuildTest', { inputs })

    assert.equal(run.result, 'Failed')
    assert.match(
      run.message ?? '',
      /Is there a step named "check" before this one, in this job\? \[input-variable-unknown\]$/,
    )
  })

  it('removes at the end of the job what is left of an archive', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'post-job-'))
    const partial = join(folder, 'image.tar.partial')
    await writeFile(partial, 'half of it')

    for (let time = 0; time < 2; time++) {
      await runPostJobBundle('PlatformImageBuildTest', { partialArchive: partial }, {})
      assert.deepEqual(await readdir(folder), [])
    }
    await rm(folder, { recursive: true })
  })
})
