import assert from 'node:assert/strict'
import { readJUnit } from '../../../../sandbox/agent/job/read-junit.ts'

describe('readJUnit', () => {
  it('reads a file whose root is one suite', () => {
    const text = '<?xml version="1.0"?><testsuite><testcase name="a"><error message="boom"/></testcase></testsuite>'

    assert.deepEqual(readJUnit(text), [{ name: 'a', seconds: 0, outcome: 'Failed', message: 'boom', details: '' }])
  })

  it('reads a file without cases', () => {
    assert.deepEqual(readJUnit('<testsuites/>'), [])
  })

  const refused: readonly (readonly [text: string, message: RegExp])[] = [
    ['', /document|root/i],
    ['<testsuite><testcase name="a"></testsuite>', /tag/],
    ['<testsuite><testcase name="a&b"/></testsuite>', /EntityRef/],
    ['<coverage/>', /neither testsuites nor testsuite/],
    ['<testsuite><testcase/></testsuite>', /has no name/],
    ['<testsuite><testcase name="a" time="1,5"/></testsuite>', /time of the testcase a/],
  ]
  for (const [text, message] of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => readJUnit(text), { message })
    })
  }
})
