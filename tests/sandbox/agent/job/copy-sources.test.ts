import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { copySources } from '../../../../sandbox/agent/job/copy-sources.ts'
import { temporaryFolder, writeFiles } from '../workspace.ts'

async function copied(from: string, except = join(from, 'work')): Promise<readonly string[]> {
  const to = join(temporaryFolder(), 'copy')
  await copySources({ from, to, except })
  const entries = readdirSync(to, { recursive: true, encoding: 'utf8' })
  return entries.filter((path) => !path.startsWith('.git/')).toSorted()
}

describe('copySources', () => {
  it('copies a folder but for the work folder in it', async () => {
    const from = temporaryFolder()
    writeFiles(from, { 'a.txt': 'a', 'b/c.txt': 'c', 'work/jobs/x': 'x', 'b/work': 'w' })

    assert.deepEqual(await copied(from), ['a.txt', 'b', 'b/c.txt', 'b/work'])
  })

  it('copies of a repository what git knows, and what is new, but not what it ignores', async () => {
    const from = temporaryFolder()
    writeFiles(from, { '.gitignore': 'out/\n', 'a.txt': 'a', 'gone.txt': 'g', 'ü/b c.txt': 'b' })
    symlinkSync('nowhere', join(from, 'link'))
    execFileSync('git', ['init', '--quiet'], { cwd: from })
    execFileSync('git', ['add', '--all'], { cwd: from })
    writeFiles(from, { 'new.txt': 'n', 'out/built.txt': 'o' })
    rmSync(join(from, 'gone.txt'))

    assert.deepEqual(await copied(from), ['.git', '.gitignore', 'a.txt', 'link', 'new.txt', 'ü', 'ü/b c.txt'])
    assert.equal(readlinkSync(join(from, 'link')), 'nowhere')
  })
})
