import assert from 'node:assert/strict'
import { formFacts } from '../../../tasks/TeamsNotify/inputs.ts'
import { defaultInputs } from '../../support/task-sources.ts'

describe('formFacts', () => {
  it('are the facts of the form', () => {
    assert.deepEqual(defaultInputs('TeamsNotify').facts?.split('\n'), formFacts)
  })
})
