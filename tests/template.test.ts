import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'
import { parseDockerfile } from '../src/dockerfile/parse-dockerfile.ts'
import { readDockerfile } from '../src/dockerfile/read-dockerfile.ts'
import { findTestBases } from '../src/integration-test/find-test-bases.ts'
import { parseReference } from '../src/model/reference.ts'
import { amd64 } from './support/builders.ts'
import { readManifest, taskNames } from './support/task-sources.ts'

const askedSchema = v.looseObject({
  parameters: v.array(v.looseObject({ name: v.string(), values: v.optional(v.array(v.string())) })),
})
const root = join(import.meta.dirname, '..')
const readText = (...path: string[]) => readFileSync(join(root, ...path), 'utf8')

/** What of a pipeline of an image counts here. */
const pipelineSchema = v.looseObject({
  schedules: v.array(v.looseObject({ cron: v.string() })),
  extends: v.object({ template: v.string(), parameters: v.record(v.string(), v.unknown()) }),
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

  const folders = readdirSync(join(root, 'platform-images')).flatMap((net) =>
    readdirSync(join(root, 'platform-images', net)).map((image) => join(net, image)),
  )
  const pipelines = folders.map((image) => {
    const pipeline = join('platform-images', image, 'azure-pipelines.yml')
    return { image, pipeline, content: v.parse(pipelineSchema, parse(readText(pipeline))) }
  })

  it('is run for each image at a minute of its own, every four hours', () => {
    const crons = pipelines.flatMap(({ content }) => content.schedules.map(({ cron }) => cron))

    for (const cron of crons) assert.match(cron, /^[1-5]?\d \*\/4 \* \* \*$/)
    assert.equal(new Set(crons).size, folders.length)
  })

  for (const { image, pipeline, content } of pipelines) {
    describe(`in the pipeline of ${image}`, () => {
      const { extends: use } = content

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

      it('releases from main alone, and lets people ask what would happen', () => {
        const { purpose, release_branches: branches } = use.parameters
        const { parameters: asked } = v.parse(askedSchema, parse(readText(pipeline)))

        assert.deepEqual([purpose, branches], ['${{ parameters.purpose }}', 'refs/heads/main'])
        assert.deepEqual(asked.find(({ name }) => name === 'purpose')?.values, ['auto', 'validate', 'plan'])
      })

      it('watches the image that the Dockerfile beside it is built on', () => {
        const tag = String(use.parameters.mcr_tag_name)
        const { repository } = parseReference(
          String(use.parameters.mcr_registry_uri).replace(/^https:\/\/(.+)\/api\/v1\/catalog\/(.+)\/tags$/, '$1/$2'),
        )

        assert.match(readText(dirname(pipeline), 'Dockerfile'), new RegExp(`^FROM \\S+/${repository}:${tag}$`, 'm'))
        assert.equal(basename(image).replace(/-chiseled$/, ''), basename(repository))
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

describe('validate-platform-image-template.yml', () => {
  const read = (file: string) =>
    v.parse(
      v.looseObject({ parameters: v.array(v.looseObject({ name: v.string() })) }),
      parse(readText('shared-templates', file)),
    )
  const { parameters, steps } = read('validate-platform-image-template.yml')
  const others = read('automatic-update-platform-image-template.yml').parameters

  it('has the parameters of the other template, without its purpose, and needs no channel', () => {
    const expected = others
      .filter(({ name }) => name !== 'purpose')
      .map((parameter) => (parameter.name === 'teams_webhook_uri' ? { ...parameter, default: '' } : parameter))

    assert.deepEqual(parameters, expected)
  })

  it('hands every parameter on, and validates', () => {
    const given = Object.fromEntries(parameters.map(({ name }) => [name, `\${{ parameters.${name} }}`]))

    assert.deepEqual(steps, [
      {
        template: 'automatic-update-platform-image-template.yml',
        parameters: { purpose: 'validate', ...given },
      },
    ])
  })
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
