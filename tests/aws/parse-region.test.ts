import assert from 'node:assert/strict'
import { parseRegion } from '../../src/aws/parse-region.ts'
import { throws } from '../support/problems.ts'

describe('parseRegion', () => {
  const rows: readonly (readonly [candidates: (string | undefined)[], region: string])[] = [
    [['eu-west-1', 'us-east-1'], 'eu-west-1'],
    [[undefined, 'us-east-1'], 'us-east-1'],
    [['', ' ', 'us-gov-west-1'], 'us-gov-west-1'],
    [[' EU-West-1 '], 'eu-west-1'],
    [['ap-southeast-7'], 'ap-southeast-7'],
    [['cn-northwest-1'], 'cn-northwest-1'],
    [['us-isob-east-1'], 'us-isob-east-1'],
    [['eusc-de-east-1'], 'eusc-de-east-1'],
  ]
  for (const [candidates, region] of rows) {
    it(`gives ${region} of ${JSON.stringify(candidates)}`, () => {
      assert.equal(parseRegion(candidates), region)
    })
  }

  for (const text of [
    'Ireland',
    'eu-west',
    'xx-west-1',
    'eu_west_1',
    'eu-west-1.evil.example',
    'eu-west-1/',
    '$(AWS.Region)',
  ]) {
    it(`refuses "${text}"`, () => {
      throws(() => parseRegion([text, 'eu-west-1']), { name: 'InvalidValue' })
    })
  }

  it('says what to give where there is none', () => {
    throws(() => parseRegion([undefined, '']), {
      name: 'InvalidValue',
      message: /is empty, and neither the variable AWS\.Region nor AWS_REGION/,
    })
  })
})
