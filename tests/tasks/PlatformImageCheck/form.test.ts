import assert from 'node:assert/strict'
import { checkTask } from '../../../tasks/PlatformImageCheck/form.ts'
import { mapInputs } from '../../support/map-inputs.ts'
import { throws } from '../../support/problems.ts'

const read = (releaseBranches: string) => mapInputs(checkTask.inputs, { releaseBranches }).releaseBranches()

describe('the input "releaseBranches"', () => {
  it('takes full refs, one on each line', () => {
    const branches = ['refs/heads/main', 'refs/heads/release/*', 'refs/*', 'refs/tags/v1.0', 'refs/heads/größe,x']

    assert.deepEqual(read(`\n${branches.join('\n  ')}\n`), branches)
    assert.deepEqual(read(''), [])
  })

  const refused: readonly (readonly [pattern: string, rule: string])[] = [
    ['main', 'Did you mean refs/heads/main?'],
    ['release/*', 'Did you mean refs/heads/release/*?'],
    ['*', 'Did you mean refs/heads/*?'],
    ['refs/heads/main, refs/heads/x', 'Give one on each line, such as refs/heads/main.'],
    ['refs/heads/main refs/heads/x', 'Give one on each line, such as refs/heads/main.'],
    ['refs/heads/[ab]', 'Give one on each line, such as refs/heads/main.'],
    ['refs/heads/x?', 'Give one on each line, such as refs/heads/main.'],
  ]
  for (const [pattern, rule] of refused) {
    it(`refuses ${pattern}`, () => {
      throws(() => read(`refs/heads/main\n${pattern}`), {
        field: 'releaseBranches',
        message: `Line 2 of the input "releaseBranches" has "${pattern}", which is not a full ref. ${rule}`,
      })
    })
  }

  it('refuses a variable that does not exist', () => {
    throws(() => read('$(releaseBranches)'), { mistake: 'unknown-variable' })
  })
})

describe('the input "purpose"', () => {
  const readPurpose = (purpose: string) => mapInputs(checkTask.inputs, { purpose }).purpose()

  it('takes its choices in any case', () => {
    assert.deepEqual(['auto', 'Release', 'VALIDATE', 'plan'].map(readPurpose), ['auto', 'release', 'validate', 'plan'])
  })

  it('refuses anything else', () => {
    throws(() => readPurpose('test'), {
      message: 'The input "purpose" is "test". Give one of auto, release, validate, plan.',
    })
  })
})
