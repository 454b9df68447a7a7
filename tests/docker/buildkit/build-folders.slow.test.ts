import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentNodes, nodeOf } from '../../support/other-nodes.ts'
import { runBundled } from '../../support/run-bundled.ts'

describe('readBuildFolders', () => {
  for (const version of agentNodes) {
    it(`reads files of any size on Node ${version}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'build-folders-'))
      const context = join(folder, 'context')
      await mkdir(context)
      const sizes = [0, 1, 32_767, 32_768, 100_000]
      for (const size of sizes) await writeFile(join(context, String(size)), 'x'.repeat(size))
      const program = `
import { readBuildFolders } from './src/docker/buildkit/build-folders.ts'
const context = ${JSON.stringify(context)}
void readBuildFolders({ context, dockerfile: context + '/Dockerfile', dockerfileText: '' }).then(async ({ folders }) => {
  for (const { path } of folders.context.entries) {
    let read = 0
    for await (const piece of folders.context.read(path)) read += piece.length
    console.log(path, read)
  }
})`

      const printed = await runBundled(program, { folder, node: nodeOf(version) })

      const lines = printed
        .trim()
        .split('\n')
        .map((line) => line.split(' '))
      assert.deepEqual(
        lines.map(([path]) => Number(path)).sort((one, other) => one - other),
        sizes,
      )
      for (const [path, read] of lines) assert.equal(read, path)
      await rm(folder, { recursive: true })
    })
  }
})
