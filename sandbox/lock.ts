import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processIdentity } from './engine.ts'

/**
 * Keeps a folder for this process: two sandboxes would move each other's base tags and ports. What a process that is
 * gone left behind does not count. Throws an Error that names the other process.
 */
export async function lockFolder(folder: string): Promise<{ stop(): Promise<void> }> {
  const file = join(folder, 'in-use')
  const own = processIdentity(process.pid) ?? String(process.pid)
  await mkdir(folder, { recursive: true })
  for (;;) {
    try {
      await writeFile(file, own, { flag: 'wx' })
      return { stop: () => rm(file, { force: true }) }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const owner = await readFile(file, 'utf8').catch(() => '')
    const pid = Number.parseInt(owner)
    if (owner !== '' && owner === processIdentity(pid)) {
      throw new Error(`The sandbox is in use by process ${String(pid)}. Run one at a time.`)
    }
    await rm(file, { force: true })
  }
}
