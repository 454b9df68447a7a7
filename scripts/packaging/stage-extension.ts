import { build, type Metafile, type Plugin } from 'esbuild'
import { randomUUID } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StepError } from '../../src/model/step-error.ts'
import { explainer } from '../../src/problems/explain.ts'
import { formatProblem } from '../../src/problems/problem.ts'
import {
  type ExtensionManifest,
  type Identity,
  identifyExtension,
  identifyTask,
  type TaskManifest,
} from './identity.ts'
import { thirdPartyNotices } from './notices.ts'

/** The documents of a package. tfx knows the type of a .md file without help of the system. */
const [page, license, notices] = ['overview.md', 'LICENSE.md', 'THIRD-PARTY-NOTICES.txt']

export const root = join(import.meta.dirname, '..', '..')

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

/**
 * Stages the extension in `folder`, by default dist/: its extension/ holds exactly what is packaged, its source-maps/
 * what helps to read stack traces. Each entry point of a task becomes one CommonJS file that needs no node_modules.
 */
export async function stageExtension(identity: Identity, folder = join(root, 'dist')): Promise<void> {
  // Takes the place of the folder when it is whole: a sandbox may be running what is there.
  const staging = join(root, 'node_modules', '.cache', `staging-${randomUUID()}`)
  const extension = await readExtensionManifest()
  const folders = await readdir(join(root, 'tasks'), { withFileTypes: true })
  const tasks = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  try {
    await mkdir(join(staging, 'extension'), { recursive: true })
    // The bundles are CommonJS, whatever package.json says of the sources.
    await writeFile(join(staging, 'package.json'), '{ "type": "commonjs" }\n')
    const metafiles = await Promise.all(
      tasks.map(async (task) => {
        const target = join(staging, 'extension', 'tasks', task)
        const bundles = await bundleTask(task, target)
        await moveSourceMaps(target, join(staging, 'source-maps', task))
        const manifest = JSON.parse(await readFile(join(root, 'tasks', task, 'task.json'), 'utf8')) as TaskManifest
        await writeJson(join(target, 'task.json'), identifyTask(manifest, extension, identity))
        await cp(join(root, 'tasks', task, 'icon.png'), join(target, 'icon.png'))
        return bundles
      }),
    )
    await stageDocuments(join(staging, 'extension'), metafiles.flat())
    await writeJson(join(staging, 'extension', 'vss-extension.json'), {
      ...identifyExtension(extension, identity),
      content: { details: { path: page }, license: { path: license } },
      files: [...extension.files, { path: notices }],
    })
    await rm(folder, { recursive: true, force: true })
    await rename(staging, folder)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** The manifest of the extension as the repository has it. */
export async function readExtensionManifest(): Promise<ExtensionManifest> {
  return JSON.parse(await readFile(join(root, 'vss-extension.json'), 'utf8')) as ExtensionManifest
}

/** The name and version under which the repository has the extension. */
export async function defaultIdentity(): Promise<Identity> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const { publisher } = await readExtensionManifest()
  return { publisher, version, isDevelopment: false }
}

async function bundleTask(task: string, target: string): Promise<Metafile[]> {
  const source = join(root, 'tasks', task)
  const entries = (await readdir(source)).filter((file) => file === 'index.ts' || file === 'post-job.ts')
  const bundles = await Promise.all(
    entries.map((entry) =>
      build({
        absWorkingDir: root,
        entryPoints: [join(source, entry)],
        outdir: target,
        bundle: true,
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        minify: true,
        banner: { js: nodeCheck(entry) },
        legalComments: 'none',
        sourcemap: 'external',
        metafile: true,
        external: ['*.node'],
        plugins: [unusedParts],
        logLevel: 'warning',
      }),
    ),
  )
  return bundles.map(({ metafile }) => metafile)
}

/**
 * The first line of each task: everything below may be what an older Node does not understand, so the process ends there,
 * with 0, since the agent reads the result from the log. What runs at the end of a job is silent, since it also runs for
 * steps that were skipped.
 */
function nodeCheck(entry: string): string {
  const command = `##vso[task.complete result=Failed;]${formatProblem(explainer([], {})(new StepError('on-old-node')))}`
  const telling = entry === 'index.ts' ? `console.log(${JSON.stringify(command)});` : ''
  return `"use strict";if(parseInt(process.versions.node,10)<20){${telling}process.exit(0)}`
}

async function moveSourceMaps(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  const maps = (await readdir(from)).filter((file) => file.endsWith('.map'))
  await Promise.all(maps.map((file) => rename(join(from, file), join(to, file))))
}

async function stageDocuments(target: string, metafiles: readonly Metafile[]): Promise<void> {
  await cp(join(root, 'images'), join(target, 'images'), { recursive: true })
  // In the package the page stands beside the folder of its pictures, in the repository below docs/.
  const text = await readFile(join(root, 'docs', 'overview.md'), 'utf8')
  await writeFile(join(target, page), text.replaceAll('](../images/', '](images/'))
  await cp(join(root, 'LICENSE'), join(target, license))
  await writeFile(join(target, notices), thirdPartyNotices(metafiles, root))
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, JSON.stringify(value, null, 2))
}
