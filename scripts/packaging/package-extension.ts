import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Identity, packageName, PackagingError } from './identity.ts'
import { repack } from './repack.ts'
import { readExtensionManifest, root, stageExtension } from './stage-extension.ts'

/**
 * Stages the extension in `folder`, and makes the VSIX of it there. Gives its path.
 *
 * @throws {PackagingError} if tfx fails.
 */
export async function packageExtension(identity: Identity, folder = join(root, 'dist')): Promise<string> {
  await stageExtension(identity, folder)
  const name = packageName(await readExtensionManifest(), identity)
  const work = await mkdtemp(join(tmpdir(), 'package-'))
  try {
    createPackage(join(folder, 'extension'), work)
    const path = join(folder, name)
    await writeFile(path, await repack(await readFile(join(work, name))))
    return path
  } finally {
    await rm(work, { recursive: true })
  }
}

/** Calls tfx. It only warns about broken tasks, so a warning is a failure. */
function createPackage(staged: string, target: string): void {
  const { status, stdout, stderr } = spawnSync(
    join(root, 'node_modules', '.bin', 'tfx'),
    ['extension', 'create', '--root', '.', '--manifests', 'vss-extension.json', '--output-path', target, '--no-prompt'],
    { cwd: staged, encoding: 'utf8' },
  )
  const output = `${stdout}\n${stderr}`
  if (status === 0 && !/warning/i.test(output)) return
  const end = status === 0 ? 'warned' : `failed with ${String(status)}`
  throw new PackagingError(`${output}\ntfx ${end}; no package is good.`)
}
