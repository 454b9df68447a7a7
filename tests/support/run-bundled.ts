import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface BundledRun {
  readonly folder: string
  readonly environment?: Readonly<Record<string, string>>
  /** The Node that runs it; default: this process's. */
  readonly node?: string
}

/**
 * Runs a TypeScript program in a process of its own, bundled as the tasks are, so that its memory is its own and not that
 * of a loader; gives what it prints. It imports from the repository's root, `./src/...`, and its bundle goes into `folder`.
 */
export async function runBundled(
  program: string,
  { folder, environment = {}, node = process.execPath }: BundledRun,
): Promise<string> {
  const outfile = join(folder, 'program.cjs')
  const stdin = { contents: program, resolveDir: root, loader: 'ts' } as const
  await build({ stdin, outfile, bundle: true, platform: 'node', minify: true, external: ['*.node'] })
  const { stdout } = await promisify(execFile)(node, [outfile], {
    env: { ...process.env, ...environment },
  })
  return stdout
}
