import assert from 'node:assert/strict'
import { InvalidValue } from '../../src/model/invalid-value.ts'
import { namingInput } from '../../src/pipelines/form.ts'
import { text } from '../../src/pipelines/fields.ts'
import { mapInputs } from '../support/map-inputs.ts'
import { throws } from '../support/problems.ts'

describe('readForm', () => {
  it('reads nothing that is not asked for', () => {
    const refuse = () => {
      throw new Error('asked without need')
    }
    const inputs = mapInputs({ action: text(), port: text(refuse) }, { action: 'none', port: 'x' })

    assert.equal(inputs.action(), 'none')
  })

  it('masks by the means that it is given', () => {
    const masked: string[] = []
    const key = {
      ...text(),
      read: (_: unknown, mask: (secret: string) => void) => {
        mask('geheim')
      },
    }

    mapInputs({ key }, {}, (secret) => masked.push(secret)).key()

    assert.deepEqual(masked, ['geheim'])
  })
})

describe('namingInput', () => {
  const refusing = (error: Error) => () =>
    namingInput('platform', () => {
      throw error
    })

  it('names the input whose value breaks a rule', () => {
    const because = new InvalidValue('is "x", which is not a platform', 'Write it as linux/amd64')

    throws(refusing(because), {
      name: 'InvalidInput',
      field: 'platform',
      message: 'The input "platform" is "x", which is not a platform. Write it as linux/amd64.',
      cause: because,
    })
    throws(refusing(new InvalidValue('is required, but empty', undefined, { mistake: 'missing' })), {
      mistake: 'missing',
      message: 'The input "platform" is required, but empty.',
    })
  })

  it('lets every other error through', () => {
    assert.throws(refusing(new TypeError('a mistake')), { name: 'TypeError', message: 'a mistake' })
  })
})
