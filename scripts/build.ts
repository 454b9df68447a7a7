import { build, type Plugin } from 'esbuild'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StepError } from '../src/model/step-error.ts'
import { explainer } from '../src/problems/explain.ts'
import { formatProblem } from '../src/problems/problem.ts'

/**
 * Stages the extension: dist/extension holds exactly what is packaged. Each entry point of a task becomes one CommonJS
 * file that needs no node_modules.
 */
const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
/** Takes the place of dist when it is whole: a sandbox may be running what is there. */
const staging = join(root, 'node_modules', '.cache', `dist-${String(process.pid)}`)
const staged = join(staging, 'extension')

/**
 * What packages bring and never runs here: SSH; dockerode's BuildKit session, which gives one registry's password to all
 * (see src/docker), and its packing of contexts; axios's forms for uploads, with a list of all media types that is a tenth
 * of a bundle; the AWS SDK's knowledge of browsers, and its sign-in by Cognito; and how `debug` writes in browsers and in
 * colours.
 */
const unusedParts: Plugin = {
  name: 'unused-parts',
  setup(bundle) {
    const namespace = 'unused'
    const packages = /^(ssh2|tar-fs|form-data|bowser|supports-color|@aws-sdk\/credential-provider-cognito-identity)$/
    bundle.onResolve({ filter: packages }, ({ path }) => ({ path, namespace }))
    bundle.onResolve({ filter: /^\.\/(session|buildkit)$/ }, ({ path, importer }) =>
      /dockerode[\\/]lib/.test(importer) ? { path, namespace } : undefined,
    )
    bundle.onResolve({ filter: /^\.\/browser(\.js)?$/ }, ({ path, importer }) =>
      /debug[\\/]src/.test(importer) ? { path, namespace } : undefined,
    )
    bundle.onLoad({ filter: /.*/, namespace }, () => ({ contents: 'module.exports = {}', loader: 'js' }))
  },
}

await mkdir(staged, { recursive: true })
// The bundles are CommonJS, whatever package.json says of the sources.
await writeFile(join(staging, 'package.json'), '{ "type": "commonjs" }\n')

/**
 * The first line of each task: everything below may be what an older Node does not understand. What runs at the end of a
 * job is silent, since it also runs for steps that were skipped.
 */
const nodeCheck = (entry: string) => {
  const command = `##vso[task.complete result=Failed;]${formatProblem(explainer([], {})(new StepError('on-old-node')))}`
  const telling = entry === 'index.ts' ? `console.log(${JSON.stringify(command)});` : ''
  return `"use strict";if(parseInt(process.versions.node,10)<20){${telling}process.exit(0)}`
}

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
const folders = await readdir(join(root, 'tasks'), { withFileTypes: true })
const tasks = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)

await Promise.all(tasks.map((task) => stageTask(task)))
await stageManifest()
await rm(dist, { recursive: true, force: true })
await rename(staging, dist)

async function stageTask(task: string): Promise<void> {
  const source = join(root, 'tasks', task)
  const target = join(staged, 'tasks', task)
  const files = await readdir(source)
  const entries = files.filter((file) => file === 'index.ts' || file === 'post-job.ts')
  await Promise.all(
    entries.map((entry) =>
      build({
        entryPoints: [join(source, entry)],
        outdir: target,
        bundle: true,
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        minify: true,
        banner: { js: nodeCheck(entry) },
        legalComments: 'linked',
        external: ['*.node'],
        plugins: [unusedParts],
        logLevel: 'warning',
      }),
    ),
  )
  const [Major = 0, Minor = 0, Patch = 0] = version.split('.').map(Number)
  const manifest = JSON.parse(await readFile(join(source, 'task.json'), 'utf8')) as object
  await writeFile(join(target, 'task.json'), JSON.stringify({ ...manifest, version: { Major, Minor, Patch } }, null, 2))
  await cp(join(source, 'icon.png'), join(target, 'icon.png'))
}

async function stageManifest(): Promise<void> {
  const manifest = JSON.parse(await readFile(join(root, 'vss-extension.json'), 'utf8')) as object
  const content = { details: { path: 'overview.md' }, license: { path: 'LICENSE.md' } }
  await writeFile(join(staged, 'vss-extension.json'), JSON.stringify({ ...manifest, version, content }, null, 2))
  await cp(join(root, 'images'), join(staged, 'images'), { recursive: true })
  // In the package the page stands beside the folder of its pictures, in the repository below docs/.
  const page = await readFile(join(root, 'docs', 'overview.md'), 'utf8')
  await writeFile(join(staged, 'overview.md'), page.replaceAll('](../images/', '](images/'))
  // tfx knows the type of a .md file without help of the system.
  await cp(join(root, 'LICENSE'), join(staged, 'LICENSE.md'))
}
