import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import JSZip from 'jszip'
import { packageExtension } from '../../scripts/packaging/package-extension.ts'
import { root } from '../../scripts/packaging/stage-extension.ts'
import { taskNames } from '../support/task-sources.ts'

const folder = join(root, 'node_modules', '.cache', 'packaged-by-test')
const identity = { publisher: 'acme', version: '2.3.4', isDevelopment: false }

describe('the package', function () {
  this.timeout(60_000)
  let bytes: Buffer
  let texts: Map<string, string>

  before(async () => {
    bytes = readFileSync(await packageExtension(identity, folder))
    const files = Object.values((await JSZip.loadAsync(bytes)).files)
    texts = new Map(await Promise.all(files.map(async (file) => [file.name, await file.async('string')] as const)))
  })
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('is below two megabytes', () => {
    assert.ok(bytes.length < 2_000_000, String(bytes.length))
  })

  it('holds exactly what is staged, and what makes it a package', () => {
    const staged = filesBelow(join(folder, 'extension')).filter((path) => path !== 'vss-extension.json')
    const container = ['[Content_Types].xml', 'extension.vsixmanifest', 'extension.vsomanifest']

    assert.deepEqual([...texts.keys()].sort(), [...staged, ...container].sort())
  })

  it('holds of each task the form, the icon and the bundles, and nothing else', () => {
    for (const task of taskNames()) {
      const files = [...texts.keys()].filter((path) => path.startsWith(`tasks/${task}/`))
      const manifest = texts.get(`tasks/${task}/task.json`) ?? '{}'
      const bundles = [...new Set([...manifest.matchAll(/"target": "(.+?)"/g)].map(([, file = '']) => file))]

      const expected = ['task.json', 'icon.png', ...bundles].map((file) => `tasks/${task}/${file}`)
      assert.deepEqual(files.sort(), expected.sort())
    }
  })

  it('says one version and one publisher everywhere', () => {
    assert.match(texts.get('extension.vsixmanifest') ?? '', /Publisher="acme" Version="2\.3\.4"/)
    for (const task of taskNames()) {
      const { version } = JSON.parse(texts.get(`tasks/${task}/task.json`) ?? '{}') as { version: unknown }
      assert.deepEqual(version, { Major: 2, Minor: 3, Patch: 4 }, task)
    }
    const named = [...texts].filter(([, text]) => text.includes('platform-image-tools'))
    assert.deepEqual(
      named.map(([path]) => path).filter((path) => !path.endsWith('task.json')),
      [],
    )
  })

  it('is for nobody but the publisher until it is shared', () => {
    assert.doesNotMatch(texts.get('extension.vsixmanifest') ?? '', /<GalleryFlags>.*Public/)
    assert.deepEqual((JSON.parse(texts.get('extension.vsomanifest') ?? '{}') as { scopes: unknown }).scopes, [])
  })

  it('names no folder of the machine that made it, and brings no map of a source', () => {
    for (const [path, text] of texts) {
      assert.ok(!text.includes(root), path)
      assert.doesNotMatch(text, /sourceMappingURL=|node_modules\/\.cache/, path)
    }
    assert.ok(existsSync(join(folder, 'source-maps', 'PlatformImageCheck', 'index.js.map')))
  })

  it('has the licence of everything that is bundled', () => {
    const notices = texts.get('THIRD-PARTY-NOTICES.txt') ?? ''
    const packages = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }

    for (const name of Object.keys(packages.dependencies)) assert.match(notices, new RegExp(`^${name} \\d`, 'm'))
    for (const maps of filesBelow(join(folder, 'source-maps'))) {
      const { sources } = JSON.parse(readFileSync(join(folder, 'source-maps', maps), 'utf8')) as { sources: string[] }
      const bundled = sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? [])
      for (const name of new Set(bundled)) assert.ok(notices.includes(`\n${name} `), `${maps}: ${name}`)
    }
  })

  it('has the same bytes when it is made again', async () => {
    assert.ok(bytes.equals(readFileSync(await packageExtension(identity, folder))))
  })

  it('is not touched by a wrong option', () => {
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'package', '--', '--version', '1.2'], {
      cwd: root,
      encoding: 'utf8',
    })

    assert.equal(stdout, '')
    assert.equal(stderr, 'The version "1.2" is not of the form 1.2.3.\n')
    assert.equal(status, 1)
  })
})

function filesBelow(top: string): string[] {
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .map((path) => join(top, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(top, path))
}
