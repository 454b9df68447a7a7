import assert from 'node:assert/strict'
import { firstSentence } from '../../src/aws/aws-words.ts'

describe('firstSentence', () => {
  const rows: readonly (readonly [said: string, sentence: string])[] = [
    ['No.', 'No.'],
    ['  No. Because of it.', 'No.'],
    ['Could not load credentials', 'Could not load credentials'],
    [
      'The request signature we calculated does not match.\n\nThe Canonical String should have been\nx-amz-security-token:geheim',
      'The request signature we calculated does not match.',
    ],
    [
      'User: arn:aws:sts::1:assumed-role/a.b/c is not authorized to perform: ecr:PutImage on resource: a/b.c',
      'User: arn:aws:sts::1:assumed-role/a.b/c is not authorized to perform: ecr:PutImage on resource: a/b.c',
    ],
    ['word '.repeat(200), 'word '.repeat(100).trim()],
    [`Bad token ${'x'.repeat(900)} here`, 'Bad token … here'],
    ['It says \u001b[31m##vso[x]\u0000.', 'It says ##vso[x].'],
  ]
  for (const [said, sentence] of rows) {
    it(`takes "${sentence.slice(0, 60)}" of "${said.slice(0, 60).trim()}"`, () => {
      assert.equal(firstSentence(new Error(said)), sentence)
    })
  }
})
