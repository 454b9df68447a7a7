import assert from 'node:assert/strict'
import { ECRClient } from '@aws-sdk/client-ecr'
import { countAttempts } from '../../src/ecr/count-attempts.ts'

describe('countAttempts', () => {
  const client = new ECRClient({ region: 'eu-west-1' })
  const failed = (attempts?: number) => Object.assign(new Error('no'), { $metadata: { attempts } })

  /** What each request comes to: undefined for a good end. */
  const rows: readonly (readonly [what: string, outcomes: readonly (Error | undefined)[], isRepeated: boolean])[] = [
    ['nothing that was sent', [], false],
    ['one request', [undefined], false],
    ['one request that was refused at once', [failed(1)], false],
    ['a refusal that does not count', [failed()], false],
    ['a failure of the network', [new Error('ECONNRESET')], false],
    ['a request that the SDK repeated', [failed(2)], true],
    ['a request that was sent again', [failed(1), undefined], true],
  ]
  for (const [what, outcomes, isRepeated] of rows) {
    it(`calls ${what} ${isRepeated ? 'repeated' : 'the first'}`, async () => {
      const left = [...outcomes]
      const counted = countAttempts(() => {
        const error = left.shift()
        return error === undefined ? Promise.resolve('done') : Promise.reject(error)
      })

      for (const error of outcomes) {
        const sent = counted.send(client, {})
        if (error === undefined) assert.equal(await sent, 'done')
        else await assert.rejects(sent, error)
      }

      assert.equal(counted.isRepeated(), isRepeated)
    })
  }
})
