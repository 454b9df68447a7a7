import assert from 'node:assert/strict'
import { servicingVersions } from '../../sandbox/base-images/base-images.ts'
import { pipelineFile } from '../../sandbox/demo/story.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { checkOutFor } from '../support/checked-out.ts'
import { removeImagesOf } from '../support/docker-cli.ts'
import { agentNodes, nodeOf } from '../support/other-nodes.ts'

describe('a whole pipeline', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox(console.log)
    await sandbox.baseImages.moveTags(servicingVersions[0])
  })
  after(async () => {
    await removeImagesOf(sandbox.baseImages.host, sandbox.engine.host)
    await sandbox.stop()
  })

  for (const version of agentNodes) {
    it(`publishes on an agent with Node ${version}, and shows no warning of it`, async () => {
      const sources = await checkOutFor(sandbox, `e2e/node-${version}`)
      const lines: string[] = []

      const { result } = await sandbox.run({
        ...{ sources, file: pipelineFile, node: nodeOf(version) },
        write: (line) => lines.push(line),
      })

      const log = lines.join('\n')
      assert.equal(result, 'Succeeded', log)
      assert.ok((await sandbox.ecr.tags(`e2e/node-${version}`)).has('10.0-noble-1.0.0'))
      assert.doesNotMatch(log, /\(node:\d+\)|NodeVersionSupportWarning/)
    })
  }
})
