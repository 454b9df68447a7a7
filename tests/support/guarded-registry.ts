import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RegistryProcess, startRegistry } from '../../sandbox/registry-process.ts'

/** Who may read and write in a guarded registry. */
export const reader = { username: 'reader', password: 'Sesame.2' }

/** A line as `htpasswd -B` writes it, with the reader's password. */
const passwordFile = 'reader:$2y$05$Yx3Vn0kqT1bR8mWzP5dLsuIidMD9YMQPw95MWCFGWdUDk2Bg1M14C\n'

/** A registry in a folder of its own, which goes with it. */
export interface StartedRegistry {
  readonly real: RegistryProcess
  readonly stop: () => Promise<void>
}

/** Starts a registry for everybody. */
export function startOpenRegistry(): Promise<StartedRegistry> {
  return start(() => Promise.resolve({}))
}

/** Starts a registry that wants the reader's name and password for everything. */
export function startGuardedRegistry(): Promise<StartedRegistry> {
  return start(async (folder) => {
    const path = join(folder, 'htpasswd')
    await writeFile(path, passwordFile)
    return { auth: { htpasswd: { realm: 'base images, and more', path } } }
  })
}

async function start(settingsIn: (folder: string) => Promise<Readonly<Record<string, unknown>>>) {
  const folder = await mkdtemp(join(tmpdir(), 'registry-'))
  const real = await startRegistry(folder, await settingsIn(folder))
  return {
    real,
    async stop() {
      await real.stop()
      await rm(folder, { recursive: true })
    },
  }
}
