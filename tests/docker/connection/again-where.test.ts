import assert from 'node:assert/strict'
import { againWhere } from '../../../src/docker/connection/again-where.ts'

describe('againWhere', () => {
  const failing = (times: number) => {
    let calls = 0
    return () => ((calls += 1) <= times ? Promise.reject(new Error('passing')) : Promise.resolve(calls))
  }

  it('gives the first that works', async () => {
    assert.equal(await againWhere(() => true, failing(2)), 3)
  })

  it('gives up after five', async () => {
    await assert.rejects(
      againWhere(() => true, failing(5)),
      new Error('passing'),
    )
  })

  it('hands on at once what does not pass', async () => {
    let asked = 0
    const isPassing = () => {
      asked += 1
      return false
    }

    await assert.rejects(againWhere(isPassing, failing(1)), new Error('passing'))
    assert.equal(asked, 1)
  })
})
