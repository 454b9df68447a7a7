import assert from 'node:assert/strict'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { removeImagesOf } from '../support/docker-cli.ts'

/** Images of ours, with what shows that a real application did what its pipeline wants; aspnet has tests of its own. */
const images = [
  { name: 'runtime-deps', tried: /ended with exit code 0/ },
  { name: 'runtime', tried: /ended with exit code 0/ },
  { name: 'sdk', tried: /MyService -> \/publish\// },
]

describe('the pipelines of platform-images/net10', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox(console.log)
  })
  after(async () => {
    await removeImagesOf(sandbox.baseImages.host, sandbox.engine.host)
    await sandbox.stop()
  })

  for (const { name, tried } of images) {
    it(`release ${name}, tried with a real application`, async () => {
      const sources = await sandbox.checkOut()
      const file = `platform-images/net10/${name}/azure-pipelines.yml`

      const { result, steps, testRuns } = await sandbox.run({ sources, file })

      const log = steps.flatMap(({ lines }) => lines).join('\n')
      assert.equal(result, 'Succeeded', log)
      assert.match(log, tried)
      assert.ok(testRuns[0]?.tests.every(({ outcome }) => outcome === 'Passed'))
      assert.ok((await sandbox.ecr.tags(`platform/${name}`)).has('10.0-noble-1.0.0'))
    })
  }
})
