import { execFile } from 'node:child_process'
import { existsSync, lstatSync } from 'node:fs'
import { cp, mkdir, readdir } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import type { PlannedCheckout } from './job-state.ts'

/**
 * Copies a repository as a checkout would leave it, with what is not committed yet, but without what git ignores. A
 * folder that is not a repository is copied whole. What lies below `except` is left out.
 */
export async function copySources({ from, to, except }: PlannedCheckout): Promise<void> {
  await mkdir(to, { recursive: true })
  const paths = existsSync(join(from, '.git')) ? ['.git', ...(await listFiles(from))] : await readdir(from)
  const isLeftOut = (path: string) => !relative(except, path).startsWith('..')
  for (const path of paths) {
    const source = join(from, path)
    // git still lists a file that was deleted but not committed.
    if (isLeftOut(source) || lstatSync(source, { throwIfNoEntry: false }) === undefined) continue
    await mkdir(dirname(join(to, path)), { recursive: true })
    await cp(source, join(to, path), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (each) => !isLeftOut(each),
    })
  }
}

async function listFiles(repository: string): Promise<readonly string[]> {
  const options = ['--cached', '--others', '--exclude-standard']
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', '--deduplicate', ...options], {
    cwd: repository,
    maxBuffer: 256 * 1024 * 1024,
  })
  return stdout
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => path.replaceAll('/', sep))
}
