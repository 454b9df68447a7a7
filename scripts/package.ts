import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Makes the VSIX from dist/extension. tfx only warns about broken tasks, so a warning fails the packaging. */
const root = join(import.meta.dirname, '..')
const tfx = join(root, 'node_modules', '.bin', 'tfx')
const { status, stdout, stderr } = spawnSync(
  tfx,
  [
    'extension',
    'create',
    '--root',
    '.',
    '--manifests',
    'vss-extension.json',
    '--output-path',
    '..',
    '--no-prompt',
    '--json',
  ],
  { cwd: join(root, 'dist', 'extension'), encoding: 'utf8' },
)
const warnings = `${stdout}\n${stderr}`.split('\n').filter((line) => /warning/i.test(line))
if (status !== 0 || warnings.length > 0) {
  console.error(stdout, stderr)
  console.error(`tfx ${status === 0 ? 'warned' : `failed with ${String(status)}`}; no package is good.`)
  process.exitCode = 1
} else {
  const { path } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { path: string }
  console.log(`Packaged ${path}`)
}
