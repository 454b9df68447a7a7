import assert from 'node:assert/strict'
import { assertArtifacts } from '../../../../sandbox/agent/graph/artifact-order.ts'
import { load } from '../template/loading.ts'

function assertIn(text: string): void {
  assertArtifacts(load(text).stages)
}

const publish = '{ publish: a, artifact: Image }'
const download = '{ download: current, artifact: image }'
const job = (name: string, steps: string, more = '') => `{ job: ${name}, ${more}steps: [${steps}] }`

describe('assertArtifacts', () => {
  const accepted: readonly (readonly [what: string, pipeline: string])[] = [
    ['the same job', `jobs: [${job('A', `${publish}, ${download}`)}]`],
    [
      'a job before',
      `jobs: [${job('A', publish)}, ${job('B', '', 'dependsOn: A, ')}, ${job('C', download, 'dependsOn: B, ')}]`,
    ],
    [
      'a stage before',
      `stages: [{ stage: S, jobs: [${job('A', publish)}] }, { stage: T, jobs: [${job('B', download)}] }]`,
    ],
    [
      'a name that is known later',
      `jobs: [${job('A', '{ publish: a, artifact: $(x) }')}, ${job('B', download, 'dependsOn: A, ')}]`,
    ],
    [
      'no name, which is that of the job',
      `jobs: [${job('A', '{ publish: a }')}, ${job('B', download, 'dependsOn: A, ')}]`,
    ],
    [
      'a script that uploads',
      `jobs: [${job('A', `{ bash: "echo '##vso[artifact.upload artifactname=image]x'" }, ${download}`)}]`,
    ],
    [
      'the task',
      `jobs: [${job('A', `{ task: PublishPipelineArtifact@1, inputs: { path: a, artifact: image } }, ${download}`)}]`,
    ],
    ['all artifacts', `jobs: [${job('A', '{ download: current }')}]`],
    ['a macro', `jobs: [${job('A', '{ download: current, artifact: $(x) }')}]`],
    ['none', `jobs: [${job('A', '{ download: none, artifact: image }')}]`],
  ]
  for (const [what, pipeline] of accepted) {
    it(`accepts ${what}`, () => {
      assertIn(pipeline)
    })
  }

  const errors: readonly (readonly [what: string, pipeline: string, message: RegExp])[] = [
    [
      'an artifact that nobody publishes',
      `jobs:\n- ${job('A', download)}`,
      /^a\.yml:2:21: There is no artifact 'image' to download: no step before publishes it$/,
    ],
    [
      'a step that comes too early',
      `jobs:\n- ${job('A', `${download}, ${publish}`)}`,
      /the job 'A' of the stage '__default' publishes it, but does not come before/,
    ],
    [
      'a job that is not waited for',
      `jobs:\n- ${job('A', publish)}\n- ${job('B', download)}`,
      /^a\.yml:3:21: .*the job 'A' of the stage '__default' publishes it, but does not come before: add it to 'dependsOn'/,
    ],
    [
      'a deployment that downloads what is not there',
      `jobs:\n- deployment: D\n  environment: e\n  strategy: { runOnce: { deploy: { steps: [${download}] } } }`,
      /^a\.yml:4:44: There is no artifact 'image'/,
    ],
  ]
  for (const [what, pipeline, message] of errors) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => {
          assertIn(pipeline)
        },
        { name: 'PipelineError', message },
      )
    })
  }
})
