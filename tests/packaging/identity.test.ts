import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ExtensionManifest,
  identifyExtension,
  identifyTask,
  packageName,
  PackagingError,
  parseIdentity,
  type TaskManifest,
} from '../../scripts/packaging/identity.ts'
import { taskNames } from '../support/task-sources.ts'

const root = join(import.meta.dirname, '..', '..')
const readJson = (...path: string[]): unknown => JSON.parse(readFileSync(join(root, ...path), 'utf8'))
const extension = readJson('vss-extension.json') as ExtensionManifest
const tasks = taskNames().map((task) => readJson('tasks', task, 'task.json') as TaskManifest)
const own = { publisher: extension.publisher, version: '1.0.0', isDevelopment: false }
const development = { publisher: 'acme', version: '2.3.4', isDevelopment: true }

describe('parseIdentity', () => {
  it('takes what is not given from the repository', () => {
    assert.deepEqual(parseIdentity([], own), own)
    assert.deepEqual(parseIdentity(['--version', '2.0.1'], own), { ...own, version: '2.0.1' })
  })

  it('takes publisher, version and the kind of extension', () => {
    assert.deepEqual(parseIdentity(['--publisher', 'acme', '--version=2.3.4', '--development'], own), development)
  })

  for (const args of [
    ['--publisher', 'a b'],
    ['--publisher', ''],
    ['--publisher', '-acme'],
    ['--publisher', 'acme.tools'],
    ['--publisher', 'acmé'],
    ['--version', '1.2'],
    ['--version', '1.2.3-rc.1'],
    ['--version', 'v1.2.3'],
    ['--version', '01.2.3'],
    ['--version', '1.2.9999999999'],
    ['--version', ''],
    ['--version'],
    ['--verison', '1.2.3'],
    ['1.2.3'],
  ]) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => parseIdentity(args, own), PackagingError)
    })
  }
})

describe('the identity of the extension', () => {
  it('changes nothing under its own name', () => {
    assert.deepEqual(identifyExtension(extension, own), { ...extension, version: '1.0.0' })
    for (const task of tasks) {
      assert.deepEqual(identifyTask(task, extension, own), { ...task, version: { Major: 1, Minor: 0, Patch: 0 } })
    }
  })

  it('leads the help of each task to the page of its publisher', () => {
    for (const task of tasks) {
      const { helpMarkDown } = identifyTask(task, extension, { ...own, publisher: 'acme' }) as TaskManifest

      assert.ok(helpMarkDown.includes('itemName=acme.platform-image-extension'), helpMarkDown)
      assert.ok(!helpMarkDown.includes(extension.publisher))
    }
  })

  it('shares no id and no name with the real extension, where it is one for development', () => {
    const idsOf = (manifest: ExtensionManifest, of: readonly TaskManifest[]) => [
      manifest.id,
      manifest.name,
      ...manifest.contributions.flatMap(({ type, properties }) =>
        type === 'ms.vss-endpoint.service-endpoint-type' ? [properties.name, properties.displayName] : [],
      ),
      ...of.flatMap(({ id, name, friendlyName }) => [id, name, friendlyName]),
    ]
    const variant = identifyExtension(extension, development) as ExtensionManifest
    const variants = tasks.map((task) => identifyTask(task, extension, development) as TaskManifest)
    const real = new Set(idsOf(extension, tasks))

    assert.deepEqual(
      idsOf(variant, variants).filter((id) => real.has(id)),
      [],
    )
    const taskIds = new Set(variants.map(({ id }) => id))
    assert.equal(taskIds.size, tasks.length)
    assert.equal(packageName(extension, development), 'acme.platform-image-extension-dev-2.3.4.vsix')
    for (const { friendlyName } of variants) assert.ok(friendlyName.length <= 40, friendlyName)
  })

  it('asks for the connections that it brings itself', () => {
    const brought = (identifyExtension(extension, development) as ExtensionManifest).contributions.map(
      ({ properties }) => `connectedService:${properties.name}`,
    )
    const asked = tasks.flatMap((task) => (identifyTask(task, extension, development) as TaskManifest).inputs)

    assert.ok(asked.some(({ type }) => brought.includes(type)))
    assert.ok(!asked.some(({ type }) => type === 'connectedService:PlatformImageTeamsWebhook'))
  })
})
