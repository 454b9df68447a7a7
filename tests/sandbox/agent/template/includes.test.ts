import assert from 'node:assert/strict'
import { loadPipeline } from '../../../../sandbox/agent/template/load-pipeline.ts'
import { temporaryFolder, writeFiles } from '../workspace.ts'
import { assertRefused, load, scripts, stepsOf } from './loading.ts'

// https://learn.microsoft.com/azure/devops/pipelines/process/templates
describe('Includes', () => {
  it('follows templates of stages, jobs and steps, also inside of each other and of deployments', () => {
    const files = {
      'a.yml': `
stages:
- stage: A
  jobs:
  - template: t/jobs.yml
    parameters: { name: First }
  - deployment: D
    environment: e
    strategy:
      runOnce:
        deploy: { steps: [template: t/steps.yml, bash: inline] }
        on: { failure: { steps: [template: t/steps.yml] } }
- template: t/stages.yml
  parameters:
    more:
    - job: Given
      steps: [template: own.yml]
`,
      'own.yml': 'steps: [bash: own]\n',
      't/stages.yml': `
parameters: [{ name: more, type: jobList }]
stages:
- stage: B
  jobs:
  - \${{ parameters.more }}
  - \${{ each job in parameters.more }}:
    - job: \${{ job.job }}Again
      steps: [template: steps.yml]
`,
      't/jobs.yml': `
parameters: { name: x }
jobs:
- job: \${{ parameters.name }}
  steps: [template: steps.yml]
`,
      't/steps.yml': 'steps: [bash: shared]\n',
    }
    const pipeline = load(files)

    assert.deepEqual(
      pipeline.stages.map(({ name, jobs }) => [name, ...jobs.map((job) => job.name)]),
      [
        ['A', 'First', 'D'],
        ['B', 'Given', 'GivenAgain'],
      ],
    )
    assert.deepEqual(scripts(files), ['shared', 'shared', 'inline', 'shared', 'own', 'shared'])
  })

  it('extends a template of stages', () => {
    const files = {
      'a.yml': 'extends: { template: b.yml, parameters: { names: [x, y] } }',
      'b.yml': `
parameters: [{ name: names, type: object }]
stages:
- \${{ each name in parameters.names }}:
  - stage: \${{ name }}
    jobs: [{ job: J, steps: [bash: '\${{ name }}'] }]
`,
    }
    assert.deepEqual(scripts(files), ['x', 'y'])
  })

  it('reads templates of other repositories whose folder is given', () => {
    const [root, other] = [temporaryFolder(), temporaryFolder()]
    writeFiles(root, {
      'a.yml': 'extends: { template: dir/b.yml@shared }',
      'c.yml': 'steps: [bash: from self]',
    })
    writeFiles(other, {
      'dir/b.yml': 'steps: [template: c.yml, template: /top.yml, template: c.yml@self]',
      'dir/c.yml': 'steps: [bash: beside it]',
      'top.yml': 'steps: [bash: from the root]',
    })
    const pipeline = loadPipeline({
      root,
      file: 'a.yml',
      repositories: { shared: other },
      parameters: {},
      variables: new Map(),
    })

    const texts = stepsOf(pipeline).map(({ action, at }) => [action.kind === 'script' && action.script, at.file])
    assert.deepEqual(texts, [
      ['beside it', 'dir/c.yml@shared'],
      ['from the root', 'top.yml@shared'],
      ['from self', 'c.yml'],
    ])
  })

  it('refuses a template of another kind, and one that includes itself', () => {
    const jobs = 'jobs: [{ job: A, steps: [template: b.yml] }]'
    assertRefused({ 'a.yml': jobs, 'b.yml': jobs }, /^b\.yml:1:1: Unexpected value 'jobs'/)
    assertRefused(
      { 'a.yml': 'jobs: [template: a.yml]' },
      /^a\.yml:1:18: The template includes itself: a\.yml -> a\.yml/,
    )
  })
})
