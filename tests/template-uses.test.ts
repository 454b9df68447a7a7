import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadPipeline } from '../sandbox/agent/template/load-pipeline.ts'
import type { StepDefinition } from '../sandbox/agent/template/steps.ts'
import { stepsOf } from './sandbox/agent/template/loading.ts'
import { temporaryFolder, writeFiles } from './sandbox/agent/workspace.ts'

const folder = join(import.meta.dirname, '..', 'shared-templates')
const release = 'automatic-update-platform-image-template.yml'
const validation = 'validate-platform-image-template.yml'
const templates = Object.fromEntries(
  readdirSync(folder).map((file) => [`shared-templates/${file}`, readFileSync(join(folder, file), 'utf8')]),
)

/** The well-known parameters as people write them, tags unquoted. */
const parameters = `
aws_credentials: aws-dev
aws_account: '123456789012'
private_ecr_region: eu-west-1
aws_ecr_repository_name: runtime
aws_ecr_tag_without_version: 6.0-bullseye-slim
aws_ecr_extra_tags:
  - 6.0
  - $(Build.BuildNumber)
mcr_registry_uri: https://mcr.microsoft.com/api/v1/catalog/dotnet/runtime/tags
mcr_tag_name: 6.0-bullseye-slim
dockerfile_context_path: $(System.DefaultWorkingDirectory)/platform-images/net6/runtime
integration_test_dockerfile_local_path: $(System.DefaultWorkingDirectory)/shared/integration-tests/net6/Dockerfile
integration_test_dockerfile_local_overwrite_image_name: runtime:6.0-bullseye-slim
integration_test_dockerfile_context: $(System.DefaultWorkingDirectory)/shared/integration-tests/net6
teams_webhook_uri: $(TEAMS_WEBHOOK_URI)
`.trim()

const indent = (text: string, spaces: number) => text.replace(/^/gm, ' '.repeat(spaces))

/** A pipeline three folders deep, as the article's is. */
function extending(template: string, more = ''): string {
  return `
trigger: none
parameters:
  - name: force_update
    type: boolean
    default: false
pool: { vmImage: ubuntu-latest }
extends:
  template: ../../../shared-templates/${template}
  parameters:
${indent(`${parameters}\n${more}`.trim(), 4)}
`
}

const deep = 'platform-images/net6/runtime/azure-pipelines.yml'

interface Use {
  readonly file: string
  readonly text: string
  readonly forced?: boolean
  /** The templates are in a repository of their own. */
  readonly isResource?: boolean
}

/** The steps of a pipeline that uses a template. */
function expand({ file, text, forced, isResource = false }: Use): readonly StepDefinition[] {
  const root = temporaryFolder()
  writeFiles(root, isResource ? { [file]: text } : { ...templates, [file]: text })
  const other = temporaryFolder()
  writeFiles(other, templates)
  return stepsOf(
    loadPipeline({
      root,
      file,
      repositories: isResource ? { templates: other } : {},
      parameters: forced === undefined ? {} : { force_update: forced },
      variables: new Map([['Build.Reason', 'Manual']]),
    }),
  )
}

function inputsOf(steps: readonly StepDefinition[], task: string): Record<string, string> {
  const actions = steps.flatMap(({ action }) =>
    action.kind === 'task' && action.reference === `${task}@1` ? [action] : [],
  )
  return Object.fromEntries([...(actions[0]?.inputs ?? [])].map(([name, { text }]) => [name, text]))
}

const namesOf = (steps: readonly StepDefinition[]) => steps.map(({ name }) => name)

describe('a pipeline that extends the template from three folders below', () => {
  it('hands its tags over, a number as the service writes it', () => {
    const publish = inputsOf(expand({ file: deep, text: extending(release) }), 'PlatformImagePublish')

    assert.equal(publish.extraTags, '6,$(Build.BuildNumber)')
    assert.equal(publish.tagPrefix, '6.0-bullseye-slim')
  })

  it('names the base as the check reads it', () => {
    const { baseImage } = inputsOf(expand({ file: deep, text: extending(release) }), 'PlatformImageCheck')

    assert.equal(baseImage, 'https://mcr.microsoft.com/api/v1/catalog/dotnet/runtime/tags:6.0-bullseye-slim')
  })

  const forces: readonly (readonly [what: string, line: string, forced: boolean | undefined, forceUpdate: string])[] = [
    ['nothing', '', undefined, 'false'],
    ['a boolean of the pipeline that is true', 'force_update: ${{ parameters.force_update }}', true, 'True'],
    ['a boolean of the pipeline that is false', 'force_update: ${{ parameters.force_update }}', false, 'False'],
    ['a literal', 'force_update: true', undefined, 'true'],
    ['a text', "force_update: 'true'", undefined, 'true'],
    ['a variable', 'force_update: $(forceUpdate)', undefined, '$(forceUpdate)'],
  ]
  for (const [what, line, forced, forceUpdate] of forces) {
    it(`takes for force_update ${what}`, () => {
      const use = { file: deep, text: extending(release, line), ...(forced !== undefined && { forced }) }

      assert.equal(inputsOf(expand(use), 'PlatformImageCheck').forceUpdate, forceUpdate)
    })
  }

  it('lets every run release if it says nothing about purposes', () => {
    const check = inputsOf(expand({ file: deep, text: extending(release) }), 'PlatformImageCheck')

    assert.deepEqual([check.purpose, check.releaseBranches], ['auto', ''])
  })

  it('hands purpose and branches over', () => {
    const more = 'purpose: plan\nrelease_branches: |\n  refs/heads/main\n  refs/heads/release/*'
    const check = inputsOf(expand({ file: deep, text: extending(release, more) }), 'PlatformImageCheck')

    assert.equal(check.purpose, 'plan')
    assert.equal(check.releaseBranches?.trim(), 'refs/heads/main\nrefs/heads/release/*')
  })
})

describe('the template among the steps of a job', () => {
  const call = (prefix: string) => `
  - template: ../../../shared-templates/${release}
    parameters:
${indent(`${parameters}\nstep_name_prefix: ${prefix}`, 6)}`

  it('runs twice in one job with two prefixes, and refers to its own steps', () => {
    const steps = expand({ file: deep, text: `steps:${call('one_')}${call('two_')}\n` })

    const names = namesOf(steps).filter((name) => name !== undefined)
    assert.deepEqual(
      names,
      ['one_', 'two_'].flatMap((prefix) => ['check', 'build', 'publish'].map((name) => `${prefix}${name}`)),
    )
    const second = steps.slice(steps.length / 2)
    assert.equal(inputsOf(second, 'PlatformImagePublish').image, '$(two_build.image)')
    for (const { condition } of second) assert.doesNotMatch(condition.text, /one_/)
  })
})

describe('the template from another repository', () => {
  for (const template of [release, validation]) {
    it(`is found, with what it includes: ${template}`, () => {
      const text = extending(template).replace(
        `../../../shared-templates/${template}`,
        `shared-templates/${template}@templates`,
      )
      const resource = `
resources:
  repositories:
    - repository: templates
      type: git
      name: Platform/templates
      ref: refs/tags/v1
`
      const steps = expand({ file: deep, text: `${resource}${text}`, isResource: true })

      assert.deepEqual(namesOf(steps), ['check', 'build', 'publish', undefined])
    })
  }
})

describe('the template for validations', () => {
  it('gives the same steps with the purpose validate, by the path alone', () => {
    const more =
      'teams_notify_failures: true\nstep_name_prefix: x_\nintegration_test_by: exitCode\nrelease_branches: refs/*'
    const inputs = (template: string) =>
      expand({ file: deep, text: extending(template, more) }).map(({ name, condition, action }) => ({
        name: name ?? '',
        condition: condition.text,
        inputs: action.kind === 'task' ? [...action.inputs].map(([input, { text }]) => [input, text]) : action,
      }))

    const expected = JSON.parse(
      JSON.stringify(inputs(release)).replace('["purpose","auto"]', '["purpose","validate"]'),
    ) as unknown

    assert.deepEqual(inputs(validation), expected)
  })

  it('needs no channel', () => {
    const text = extending(validation).replace(/^ *teams_webhook_uri.*\n/m, '')

    assert.equal(inputsOf(expand({ file: deep, text }), 'PlatformImageCheck').purpose, 'validate')
  })

  it('cannot be told to release', () => {
    assert.throws(() => expand({ file: deep, text: extending(validation, 'purpose: release') }), {
      name: 'PipelineError',
      message: /purpose/,
    })
  })
})
