import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { taskForms } from './support/task-forms.ts'
import { ensureBundles } from './support/task-process.ts'
import { readManifest, taskNames } from './support/task-sources.ts'

const root = join(import.meta.dirname, '..')
const readText = (...path: string[]) => readFileSync(join(root, ...path), 'utf8')

describe('task.json', () => {
  it('is there for the four tasks of the product', () => {
    assert.deepEqual(taskNames().sort(), [
      'PlatformImageBuildTest',
      'PlatformImageCheck',
      'PlatformImagePublish',
      'TeamsNotify',
    ])
  })

  it('has an id of its own in each task', () => {
    const ids = taskNames().map((task) => readManifest(task).id)

    for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.equal(new Set(ids).size, ids.length)
  })

  for (const task of taskNames()) {
    describe(task, () => {
      const manifest = readManifest(task)
      const form = taskForms[task] ?? { inputs: {}, outputs: [] }
      const inputs = manifest.inputs.map(({ name }) => name)

      it('is named as its folder', () => {
        assert.equal(manifest.name, task)
      })

      it('declares exactly the inputs of the form that the code reads', () => {
        assert.deepEqual([...inputs].sort(), Object.keys(form.inputs).sort())
      })

      for (const [name, field] of Object.entries(form.inputs)) {
        it(`says of ${name} what the form says`, () => {
          const { type, required, defaultValue, options, properties } =
            manifest.inputs.find((input) => input.name === name) ?? {}

          assert.ok(field.types.includes(type ?? ''), `${String(type)} is none of ${field.types.join(', ')}`)
          assert.deepEqual(
            { required, default: defaultValue, options: options && Object.keys(options) },
            {
              required: field.required,
              default: field.default,
              options: type === 'pickList' ? (field.options ?? Object.keys(options ?? {})) : undefined,
            },
          )
          // What only suggests must let people write something else.
          if (type === 'pickList' && field.options === undefined) assert.equal(properties?.EditableOptions, 'True')
        })
      }

      it('declares exactly the outputs of the form, and allows no others', () => {
        const declared = [...form.outputs].sort()

        assert.deepEqual(manifest.outputVariables.map(({ name }) => name).sort(), declared)
        assert.deepEqual([...manifest.restrictions.settableVariables.allowed].sort(), declared)
      })

      it('has a default for every check box and required list, one of its own options', () => {
        for (const { name, type, required, defaultValue, options } of manifest.inputs) {
          if (type === 'pickList' && !required) continue
          if (type === 'boolean') assert.ok(['true', 'false'].includes(defaultValue ?? ''), name)
          if (type === 'pickList') assert.ok(Object.keys(options ?? {}).includes(defaultValue ?? ''), name)
        }
      })

      it('puts inputs into groups that there are', () => {
        const groups = manifest.groups.map(({ name }) => name)
        const used = manifest.inputs.flatMap(({ groupName }) => groupName ?? [])

        assert.deepEqual(new Set(used), new Set(groups))
      })

      it('runs on both versions of Node, from files that are built from a source beside it', () => {
        for (const section of [manifest.execution, manifest.postjobexecution]) {
          for (const { target } of Object.values(section)) {
            assert.ok(existsSync(join(root, 'tasks', task, target.replace(/\.js$/, '.ts'))), target)
          }
        }
        assert.deepEqual(Object.keys(manifest.execution), ['Node20_1', 'Node24'])
      })

      it('names only its own inputs in the name of a step', () => {
        const { instanceNameFormat } = v.parse(v.looseObject({ instanceNameFormat: v.string() }), manifest)

        for (const [, name = ''] of instanceNameFormat.matchAll(/\$\((\w+)\)/g)) assert.ok(inputs.includes(name), name)
      })

      it('has an icon of 32 by 32 pixels', () => {
        assert.deepEqual(pngSize('tasks', task, 'icon.png'), [32, 32])
      })
    })
  }
})

describe('bundle', () => {
  before(function () {
    this.timeout(30_000)
    ensureBundles()
  })

  /** In bytes: an agent fetches them for the first job, and Node.js reads them for every step. */
  const limits: Readonly<Record<string, number>> = {
    PlatformImageCheck: 1_200_000,
    PlatformImageBuildTest: 1_200_000,
    PlatformImagePublish: 1_200_000,
    TeamsNotify: 500_000,
  }
  for (const task of taskNames()) {
    it(`of ${task} is small`, () => {
      const folder = join(root, 'dist', 'extension', 'tasks', task)
      const bundles = readdirSync(folder).filter((file) => file.endsWith('.js'))

      assert.ok(bundles.includes('index.js'))
      for (const bundle of bundles) {
        const { size } = statSync(join(folder, bundle))
        assert.ok(size <= (limits[task] ?? 0), `${bundle} has ${String(size)} bytes`)
      }
    })
  }
})

describe('vss-extension.json', () => {
  const extension = v.parse(
    v.object({
      files: v.array(v.object({ path: v.string() })),
      icons: v.object({ default: v.string() }),
      content: v.object({ details: v.object({ path: v.string() }) }),
      contributions: v.array(
        v.object({ id: v.string(), type: v.string(), properties: v.looseObject({ name: v.string() }) }),
      ),
    }),
    JSON.parse(readText('vss-extension.json')),
  )

  const contributed = (type: string) =>
    extension.contributions
      .filter((contribution) => contribution.type === type)
      .map(({ properties }) => properties.name)
  const descriptor = v.object({ id: v.string(), inputMode: v.string(), isConfidential: v.boolean() })
  const endpointSchema = v.object({
    authenticationSchemes: v.array(v.object({ inputDescriptors: v.array(descriptor) })),
  })

  it('contributes every task, and packages its folder', () => {
    const folders = taskNames().map((task) => `tasks/${task}`)

    assert.deepEqual(contributed('ms.vss-distributed-task.task').sort(), folders.sort())
    for (const folder of folders)
      assert.ok(
        extension.files.some(({ path }) => path === folder),
        folder,
      )
  })

  it('contributes the types of connection that only it has, with a secret field that the task reads', () => {
    const own = 'PlatformImageTeamsWebhook'
    const endpoint = extension.contributions.find(({ properties }) => properties.name === own)

    assert.deepEqual(contributed('ms.vss-endpoint.service-endpoint-type'), [own])
    assert.equal(
      readManifest('TeamsNotify').inputs.find(({ name }) => name === 'connection')?.type,
      `connectedService:${own}`,
    )
    const { authenticationSchemes } = v.parse(endpointSchema, endpoint?.properties)
    assert.deepEqual(
      authenticationSchemes.flatMap(({ inputDescriptors }) => inputDescriptors),
      [{ id: 'webhookUrl', inputMode: 'passwordbox', isConfidential: true }],
    )
  })

  it('gives each contribution an id of its own', () => {
    const ids = extension.contributions.map(({ id }) => id)

    assert.equal(new Set(ids).size, ids.length)
  })

  it('names a page and folders that there are', () => {
    for (const { path } of [...extension.files, extension.content.details])
      assert.ok(existsSync(join(root, path)), path)
  })

  it('shows pictures on its page that are packaged, and not too large', () => {
    const pictures = [...readText('docs', 'overview.md').matchAll(/!\[[^\]]+\]\((.+?)\)/g)].map(([, path = '']) => path)

    assert.deepEqual(pictures, ['../images/card.png'])
    assert.ok(extension.files.some(({ path }) => path === 'images'))
    const [width] = pngSize('images', 'card.png')
    assert.ok(width >= 600 && width <= 1200, String(width))
    assert.ok(statSync(join(root, 'images', 'card.png')).size < 150_000)
  })

  it('has an icon of 128 by 128 pixels', () => {
    assert.deepEqual(pngSize(extension.icons.default), [128, 128])
  })
})

/** Width and height, as the header of a PNG tells them. */
function pngSize(...path: string[]): [number, number] {
  const bytes = readFileSync(join(root, ...path))
  assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG')
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}
