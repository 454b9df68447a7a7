import assert from 'node:assert/strict'
import { describeEnd, describeExit, describeSilence } from '../../src/integration-test/describe-end.ts'
import { fakeContainer } from '../support/fake-container.ts'

describe('describeExit', () => {
  const rows = [
    [{ code: 139, outOfMemory: false }, 'The application ended with exit code 139'],
    [{ code: 137, outOfMemory: true }, 'The application ended with exit code 137, out of memory,'],
    [
      { code: 126, outOfMemory: false, error: 'no such file' },
      'The container of the application failed (no such file)',
    ],
  ] as const
  for (const [exit, text] of rows) {
    it(`says "${text}"`, () => {
      assert.equal(describeExit(exit), text)
    })
  }
})

describe('describeEnd', () => {
  it('shows what was printed last', () => {
    assert.deepEqual(describeEnd(fakeContainer('http://a', ['one', 'two'])), [
      'The last lines of the application:',
      '  one',
      '  two',
    ])
  })

  it('shows the last answer, if it says something', () => {
    const container = fakeContainer('http://a')

    assert.deepEqual(describeEnd(container, { status: 404, body: 'Not found' }), [
      'The last answer:',
      '  Not found',
      'The application printed nothing.',
    ])
    for (const last of [{ status: 404, body: '\n' }, { silence: 'no answer' }]) {
      assert.deepEqual(describeEnd(container, last), ['The application printed nothing.'])
    }
  })
})

describe('describeSilence', () => {
  const question = 'Does the application listen on port 8080, and on all addresses (0.0.0.0)?'
  const rows: readonly (readonly [declared: readonly string[], text: string])[] = [
    [[], question],
    [['8080/tcp'], question],
    [['80/tcp', '8080/tcp'], question],
    [['80/tcp', '443/tcp'], `${question} Its image declares 80/tcp, 443/tcp: check the input "containerPort".`],
    [['8080/udp'], `${question} Its image declares 8080/udp: check the input "containerPort".`],
  ]
  for (const [declared, text] of rows) {
    it(`asks for what is wrong where the image declares ${declared.join(' and ') || 'no port'}`, () => {
      assert.equal(describeSilence(8080, declared), text)
    })
  }
})
