import assert from 'node:assert/strict'
import { selectJob } from '../../../../sandbox/agent/graph/select-job.ts'
import { load } from '../template/loading.ts'

const { stages } = load(`
stages:
- stage: Build
  jobs:
  - { job: Check, steps: [] }
  - { job: Make, dependsOn: Check, steps: [] }
  - { job: Report, steps: [] }
- stage: Other
  dependsOn: []
  jobs: [{ job: Report, steps: [] }]
- stage: Publish
  dependsOn: Build
  jobs:
  - { job: Lock, steps: [] }
  - { job: Push, dependsOn: Lock, steps: [] }
  - { job: Tell, dependsOn: Push, steps: [] }
`)

describe('selectJob', () => {
  const rows: readonly (readonly [wanted: string, jobs: string])[] = [
    ['Check', 'Build.Check'],
    ['make', 'Build.Check Build.Make'],
    ['Other.Report', 'Other.Report'],
    ['PUBLISH.push', 'Build.Check Build.Make Build.Report Publish.Lock Publish.Push'],
  ]
  for (const [wanted, jobs] of rows) {
    it(`leaves ${jobs} for ${wanted}`, () => {
      const left = selectJob(stages, wanted).flatMap((stage) => stage.jobs.map((job) => `${stage.name}.${job.name}`))
      assert.equal(left.join(' '), jobs)
    })
  }

  const errors: readonly (readonly [wanted: string, message: RegExp])[] = [
    ['Nobody', /^There is no job 'Nobody'\. Jobs: Build\.Check, Build\.Make, .*Publish\.Tell$/],
    ['Report', /^'Report' names several jobs\. Say which: Build\.Report, Other\.Report$/],
  ]
  for (const [wanted, message] of errors) {
    it(`refuses ${wanted}`, () => {
      assert.throws(() => selectJob(stages, wanted), { message })
    })
  }
})
