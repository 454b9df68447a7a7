import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { formattedDockerfile } from './dockerfile-arbitrary.ts'

const problemOf = (text: string) => parseDockerfile(text).problem

describe('checkInstructions', () => {
  const taken: readonly (readonly [what: string, text: string])[] = [
    ['a stage with a name and a platform', 'FROM --platform=linux/amd64 a as b'],
    ['an instruction that only another reader knows', '# syntax=docker/dockerfile-upstream:master\nFROM a\nINCLUDE x'],
    ['a flag that only another reader knows', '# syntax=docker/dockerfile-upstream:master\nFROM a\nCOPY --new a b'],
    ['lines of a heredoc', 'FROM a\nRUN cat 3<<EOF\nHELLO world\nEOF'],
    ['no heredoc in quotes', 'FROM a\nRUN sh -c "cat <<EOF"'],
    ['a shift of bits', 'FROM a\nRUN echo $((1<<3))'],
    ['every known instruction in any case', 'from a\nlabel a=b\nOnBuild RUN x\nMAINTAINER me\nhealthcheck NONE'],
    ['flags of ARG, which nobody reads', 'ARG --x A=b\nFROM a'],
  ]
  for (const [what, text] of taken) {
    it(`takes ${what}`, () => {
      assert.equal(problemOf(text), undefined)
    })
  }

  it('tells the first problem of the file', () => {
    assert.equal(problemOf('FROM a\nCOPY x\nRNU x\nRUN <<EOF\n')?.line, 2)
    assert.equal(problemOf('FROM a b\nRUN x\n')?.line, 1)
  })

  it('takes a valid Dockerfile in any layout', () => {
    fc.assert(
      fc.property(formattedDockerfile, ({ text }) => {
        assert.equal(problemOf(text), undefined)
      }),
      { numRuns: 500 },
    )
  })
})
