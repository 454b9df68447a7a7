import assert from 'node:assert/strict'
import fc from 'fast-check'
import { findBase } from '../../src/dockerfile/find-base.ts'
import { needsContext } from '../../src/dockerfile/needs-context.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import type { Instruction, ParsedDockerfile } from '../../src/dockerfile/parsed-dockerfile.ts'
import { readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { amd64 } from '../support/builders.ts'
import { anyText } from './dockerfile-arbitrary.ts'
import { dockerfileTable } from './table/dockerfile-table.ts'

const options = { platform: amd64, buildPlatform: amd64 }

/** The file again, put together from what was read and what lies between. */
function print({ text, instructions }: ParsedDockerfile): string {
  let printed = ''
  for (const instruction of instructions) {
    const between = text.slice(printed.length, instruction.start)
    for (const line of between.replace(/^\uFEFF/, '').split('\n')) assert.match(line, /^[\s\u0085]*(?:#|$)/)
    printed += between + printInstruction(text, instruction)
  }
  return printed + text.slice(printed.length)
}

/** Each piece of its logical line stands where it says, and between them are escapes, line ends and comments. */
function printInstruction(text: string, { start, end, source }: Instruction): string {
  let [printed, position] = ['', start]
  for (const [at, { index, offset }] of source.pieces.entries()) {
    const piece = source.text.slice(index, source.pieces[at + 1]?.index)
    assert.equal(text.slice(offset, offset + piece.length), piece)
    printed += text.slice(position, offset) + piece
    position = offset + piece.length
  }
  return printed + text.slice(position, end)
}

describe('parseDockerfile', () => {
  for (const { what, text } of dockerfileTable) {
    it(`keeps every character of ${what}`, () => {
      assert.equal(print(parseDockerfile(text)), text)
    })
  }

  it('keeps every character of any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.equal(print(parseDockerfile(text)), text)
      }),
      { numRuns: 3000 },
    )
  })

  const long: readonly (readonly [what: string, text: string])[] = [
    ['RUN lines', `FROM a\n${'RUN apt-get update && \\\n  true\n'.repeat(4000)}`],
    ['escaped quotes', `FROM a\n${`RUN echo "${'\\"'.repeat(5000)}" <<E\nE\n`.repeat(10)}`],
    ['an open quote', `FROM a\n${'RUN <<E "a\\\n'.repeat(10_000)}`],
    ['nested braces', `ARG X=${'${a:-'.repeat(10_000)}\nFROM a`],
    [
      'doubling values',
      `${Array.from({ length: 60 }, (_, at) => `ARG A${String(at + 1)}=$A${String(at)}x$A${String(at)}\n`).join('')}FROM a`,
    ],
    ['stars', `ARG V=${'a'.repeat(1000)}\n${`ARG W=\${V##${'*a'.repeat(60)}*b}\n`.repeat(50)}FROM a`],
    ['triggers', `FROM a AS b\n${'ONBUILD COPY a b\n'.repeat(5000)}FROM c`],
    ['stages', `${'FROM a AS b\n'.repeat(3000)}FROM b`],
    ['spaces', `FROM a\n${`RUN a${' '.repeat(60_000)}b\n`.repeat(10)}`],
    ['escapes', `FROM a\nRUN ${'\\ '.repeat(30_000)}\n`],
  ]
  for (const [what, text] of long) {
    it(`is soon done with ${what}`, () => {
      const started = process.cpuUsage()

      const parsed = parseDockerfile(text)
      if (parsed.problem === undefined) findBase(readDockerfile(parsed, options))
      needsContext(parsed)

      assert.ok(process.cpuUsage(started).user < 1_000_000)
    })
  }
})
