import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'
import { parseDockerfile } from '../src/dockerfile/parse-dockerfile.ts'
import { readDockerfile } from '../src/dockerfile/read-dockerfile.ts'
import { findTestBases } from '../src/integration-test/find-test-bases.ts'
import { actions } from '../src/model/verdict.ts'
import { parseReference } from '../src/model/reference.ts'
import { digestOf } from '../src/model/digest.ts'
import { decisionOutputs } from '../tasks/PlatformImageCheck/outputs.ts'
import { publishedOutputs } from '../tasks/PlatformImagePublish/outputs.ts'
import { aReleaseLine, aRelease, amd64, aspnet } from './support/builders.ts'
import { ensureBundles } from './support/task-process.ts'
import { inputsReadBy, outputsNamedBy, readManifest, taskNames } from './support/task-sources.ts'

const root = join(import.meta.dirname, '..')
const readText = (...path: string[]) => readFileSync(join(root, ...path), 'utf8')

/** The output variables that functions of a task build. */
const computedOutputs: Readonly<Record<string, readonly string[]>> = {
  PlatformImageCheck: Object.keys(
    decisionOutputs({
      releaseLine: aReleaseLine(),
      verdict: { kind: 'up-to-date', rule: 'index-digest' },
      explanation: '',
      repositoryExists: true,
      previousBase: {},
      base: { reference: aspnet, platform: amd64, digest: digestOf('a') },
      notes: [],
    }),
  ),
  PlatformImagePublish: Object.keys(
    publishedOutputs({
      repository: { uri: '', tagSettings: { tags: 'movable', exceptions: [] } },
      repositoryCreated: false,
      release: aRelease(),
      moves: [],
      isNews: true,
      createdAt: new Date(0),
      size: 0,
    }),
  ),
}

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
      const inputs = manifest.inputs.map(({ name }) => name)

      it('is named as its folder', () => {
        assert.equal(manifest.name, task)
      })

      it('declares exactly the inputs that the code reads', () => {
        assert.deepEqual([...inputs].sort(), inputsReadBy(task))
      })

      it('declares exactly the outputs that the code sets, and allows no others', () => {
        const set = [...new Set([...outputsNamedBy(task), ...(computedOutputs[task] ?? [])])].sort()

        assert.deepEqual(manifest.outputVariables.map(({ name }) => name).sort(), set)
        assert.deepEqual([...manifest.restrictions.settableVariables.allowed].sort(), set)
      })

      it('has a default for every check box and list, one of its own options', () => {
        for (const { name, type, defaultValue, options } of manifest.inputs) {
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

  it('offers every action to choose from', () => {
    for (const task of ['PlatformImageBuildTest', 'PlatformImagePublish']) {
      const action = readManifest(task).inputs.find(({ name }) => name === 'action')

      assert.deepEqual(Object.keys(action?.options ?? {}), actions)
    }
  })
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

describe('automatic-update-platform-image-template.yml', () => {
  const file = join('shared-templates', 'automatic-update-platform-image-template.yml')
  const parameterSchema = v.object({ name: v.string(), type: v.string(), default: v.optional(v.unknown()) })
  const { parameters, steps } = v.parse(
    v.strictObject({ parameters: v.array(parameterSchema), steps: v.array(v.record(v.string(), v.unknown())) }),
    parse(readText(file)),
  )
  const stepSchema = v.object({
    task: v.pipe(v.string(), v.regex(/^\w+@1$/)),
    name: v.optional(v.string()),
    condition: v.optional(v.string()),
    inputs: v.record(v.string(), v.unknown()),
  })
  const taskSteps = steps.flatMap(unfold).map((step) => v.parse(stepSchema, step))
  const nameOf = (step: { name?: string | undefined }) => step.name?.replace('${{ parameters.step_name_prefix }}', '')
  const taskOf = ({ task }: { task: string }) => task.replace(/@1$/, '')

  it("keeps the article's fourteen parameters with their types", () => {
    const strings = [
      ...['aws_credentials', 'aws_account', 'private_ecr_region', 'aws_ecr_repository_name'],
      ...['aws_ecr_tag_without_version', 'mcr_registry_uri', 'mcr_tag_name', 'dockerfile_context_path'],
      'integration_test_dockerfile_local_path',
      'integration_test_dockerfile_local_overwrite_image_name',
      ...['integration_test_dockerfile_context', 'teams_webhook_uri'],
    ]
    const article = [
      ...strings.map((name) => ({ name, type: 'string' })),
      { name: 'aws_ecr_extra_tags', type: 'object' },
    ]

    const required = parameters.filter((parameter) => parameter.default === undefined)

    const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1)
    assert.deepEqual(required.sort(byName), article.sort(byName))
    assert.deepEqual(
      parameters.find(({ name }) => name === 'force_update'),
      { name: 'force_update', type: 'string', default: 'false' },
    )
  })

  it('uses every parameter, and none that is not declared', () => {
    const used = [...readText(file).matchAll(/\bparameters\.(\w+)/g)].map(([, name]) => name)

    assert.deepEqual(new Set(used), new Set(parameters.map(({ name }) => name)))
  })

  it('runs the four tasks', () => {
    assert.deepEqual(new Set(taskSteps.map(taskOf)), new Set(taskNames()))
  })

  for (const step of taskSteps) {
    const { inputs } = readManifest(taskOf(step))
    const given = inputNames(step.inputs)

    it(`gives ${taskOf(step)} only inputs that it has, and all that it needs`, () => {
      const required = inputs.filter((input) => input.required && input.defaultValue === undefined)

      for (const name of given)
        assert.ok(
          inputs.some((input) => input.name === name),
          name,
        )
      for (const { name } of required) assert.ok(given.includes(name), name)
    })
  }

  it('refers only to outputs that a step before declares', () => {
    const prefix = '${{ parameters.step_name_prefix }}'
    let before: { name: string; outputs: string[] }[] = []
    for (const step of taskSteps) {
      const text = JSON.stringify(step).replaceAll(prefix, '')
      for (const [, name, output = ''] of text.matchAll(/(?:\$\(|variables\[')(\w+)\.(\w+)/g)) {
        const source = before.find((candidate) => candidate.name === name)
        assert.ok(source?.outputs.includes(output), `${String(name)}.${output}`)
      }
      const outputs = readManifest(taskOf(step)).outputVariables.map((output) => output.name)
      before = [...before, { name: nameOf(step) ?? '', outputs }]
    }
    assert.ok(before.length > 0)
  })

  it('names every step with the prefix, so that two lines fit into one job', () => {
    for (const { name } of taskSteps) {
      if (name !== undefined) assert.match(name, /^\$\{\{ parameters\.step_name_prefix \}\}\w+$/)
    }
  })

  it('gives a base in the form that the check reads', () => {
    assert.match(
      readText(file),
      /baseImage: \$\{\{ parameters\.mcr_registry_uri \}\}:\$\{\{ parameters\.mcr_tag_name \}\}/,
    )
  })

  const images = readdirSync(join(root, 'platform-images', 'net10'))
  for (const image of images) {
    describe(`in the pipeline of ${image}`, () => {
      const pipeline = join('platform-images', 'net10', image, 'azure-pipelines.yml')
      const { extends: use } = v.parse(
        v.looseObject({ extends: v.object({ template: v.string(), parameters: v.record(v.string(), v.unknown()) }) }),
        parse(readText(pipeline)),
      )

      it('is found, and gets the parameters that it needs and no others', () => {
        const required = parameters.filter((parameter) => parameter.default === undefined).map(({ name }) => name)
        const given = Object.keys(use.parameters)

        assert.equal(join(dirname(pipeline), use.template), file)
        for (const name of given)
          assert.ok(
            parameters.some((parameter) => parameter.name === name),
            name,
          )
        for (const name of required) assert.ok(given.includes(name), name)
      })

      it('watches the image that the Dockerfile beside it is built on', () => {
        const tag = String(use.parameters.mcr_tag_name)
        const { repository } = parseReference(
          String(use.parameters.mcr_registry_uri).replace(/^https:\/\/(.+)\/api\/v1\/catalog\/(.+)\/tags$/, '$1/$2'),
        )

        assert.match(readText(dirname(pipeline), 'Dockerfile'), new RegExp(`^FROM \\S+/${repository}:${tag}$`, 'm'))
        assert.equal(basename(repository), image)
      })

      it('is tried with an application that names what it takes the place of', () => {
        const local = (parameter: string) =>
          String(use.parameters[parameter]).replace('$(System.DefaultWorkingDirectory)/', '')
        const dockerfile = readText(local('integration_test_dockerfile_local_path'))
        const replaced = String(use.parameters.integration_test_dockerfile_local_overwrite_image_name)

        assert.ok(
          findTestBases(readDockerfile(parseDockerfile(dockerfile), { platform: amd64 }), replaced, amd64).length > 0,
        )
        assert.ok(existsSync(join(root, local('integration_test_dockerfile_context'))))
      })
    })
  }
})

/** Takes a step out of the `${{ if }}` that it stands under. */
function unfold(step: Record<string, unknown>): unknown[] {
  const [key, value] = Object.entries(step)[0] ?? []
  return key?.startsWith('${{') === true && Array.isArray(value) ? (value as unknown[]) : [step]
}

/** The names of inputs, also of those that stand under a `${{ if }}`. */
function inputNames(inputs: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(inputs).flatMap(([name, value]) =>
    name.startsWith('${{') ? Object.keys(value as object) : [name],
  )
}

/** Width and height, as the header of a PNG tells them. */
function pngSize(...path: string[]): [number, number] {
  const bytes = readFileSync(join(root, ...path))
  assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG')
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}
