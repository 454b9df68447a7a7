import assert from 'node:assert/strict'
import { repositoryInputs } from '../../tasks/repository-inputs.ts'
import { mapInputs } from '../support/map-inputs.ts'
import { throws } from '../support/problems.ts'

describe('repositoryInputs', () => {
  const read = (registryId: string) => mapInputs(repositoryInputs, { registryId }).registryId()

  it('take the 12 digits of an account', () => {
    assert.equal(read('012345678901'), '012345678901')
  })

  for (const registryId of ['12345678901', '1234567890123', '12345678901a']) {
    it(`refuse the account ${registryId}`, () => {
      throws(() => read(registryId), {
        name: 'InvalidInput',
        field: 'registryId',
        message: `The input "registryId" is "${registryId}". Give the 12 digits of an AWS account, or nothing for your own.`,
      })
    })
  }
})
