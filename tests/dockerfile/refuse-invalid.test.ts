import assert from 'node:assert/strict'
import fc from 'fast-check'
import { refuseInvalid } from '../../src/dockerfile/refuse-invalid.ts'
import { formattedDockerfile } from './dockerfile-arbitrary.ts'
import { throws } from '../support/problems.ts'

describe('refuseInvalid', () => {
  const refused: readonly (readonly [what: string, text: string, message: string])[] = [
    ['an empty file', '', 'The Dockerfile has no FROM.'],
    ['only ARG', 'ARG A=b\n', 'The Dockerfile has no FROM.'],
    ['a FROM without an image', 'ARG A\nFROM', 'Line 2 of the Dockerfile has a FROM without an image.'],
    ...['FROM a # the base', 'FROM a AS', 'FROM a b', 'FROM a b c', 'FROM a AS b c'].map(
      (text) =>
        [
          text,
          `# first\n${text}\n`,
          'Line 2 of the Dockerfile has a FROM with other words than an image, or an image AS a name; a comment needs its own line.',
        ] as const,
    ),
    [
      'an instruction before the first FROM',
      'ARG A\nRUN x\nFROM a',
      'Line 2 of the Dockerfile has RUN before any FROM. Start it with FROM.',
    ],
    ['an unknown instruction', 'FROM a\nRNU x', 'Line 2 of the Dockerfile has RNU, which is no instruction.'],
    [
      'a heredoc that never ends',
      'FROM a\nRUN <<EOF\nx\n',
      'Line 2 of the Dockerfile starts a heredoc that never ends. Put EOF on a line of its own.',
    ],
    [
      'a heredoc of COPY that never ends',
      'FROM a\nCOPY <<-"FILE" /x\nx\n',
      'Line 2 of the Dockerfile starts a heredoc that never ends. Put FILE on a line of its own.',
    ],
  ]
  for (const [what, text, message] of refused) {
    it(`refuses ${what}`, () => {
      throws(
        () => {
          refuseInvalid(text)
        },
        { name: 'InvalidDockerfileError', message },
      )
    })
  }

  const taken: readonly (readonly [what: string, text: string])[] = [
    ['a stage with a name and a platform', 'FROM --platform=linux/amd64 a as b'],
    ['an instruction that only another reader knows', '# syntax=docker/dockerfile-upstream:master\nFROM a\nINCLUDE x'],
    ['what may be lines of a heredoc', 'FROM a\nRUN cat 3<<EOF\nHELLO world\nEOF'],
    ['no heredoc in quotes', 'FROM a\nRUN sh -c "cat <<EOF"'],
    ['a shift of bits', 'FROM a\nRUN echo $((1<<3))'],
    ['every known instruction in any case', 'from a\nlabel a=b\nOnBuild RUN x\nMAINTAINER me\nhealthcheck NONE'],
  ]
  for (const [what, text] of taken) {
    it(`takes ${what}`, () => {
      assert.doesNotThrow(() => {
        refuseInvalid(text)
      })
    })
  }

  it('takes a valid Dockerfile in any layout', () => {
    fc.assert(
      fc.property(formattedDockerfile, ({ text }) => {
        refuseInvalid(text)
      }),
      { numRuns: 500 },
    )
  })
})
