import assert from 'node:assert/strict'
import fc from 'fast-check'
import { findBase } from '../../src/dockerfile/find-base.ts'
import { InvalidDockerfileError } from '../../src/dockerfile/invalid-dockerfile-error.ts'
import { needsContext } from '../../src/dockerfile/needs-context.ts'
import { newestSyntax } from '../../src/dockerfile/newest-syntax.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import type { Instruction, ParsedDockerfile } from '../../src/dockerfile/parsed-dockerfile.ts'
import { imageUses, readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { swapImages } from '../../src/dockerfile/swap-images.ts'
import { amd64 } from '../support/builders.ts'
import { told } from '../support/problems.ts'
import { formattedDockerfile } from './dockerfile-arbitrary.ts'
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

/** Texts out of what Dockerfiles are made of, in any order. */
const soup = fc
  .array(
    fc.constantFrom(
      ...['FROM a', 'FROM ', 'from b AS c', 'ARG ', 'COPY ', 'ADD ', 'RUN ', 'ONBUILD ', 'ENV ', 'HEALTHCHECK CMD '],
      ...[
        '--from=',
        '--mount=',
        'type=bind,from=',
        '--platform=',
        '--link ',
        '["a"',
        ']',
        'a',
        '/b:1',
        '0',
        'X=1',
        '$X',
      ],
      ...[
        '${X:-',
        '${X#*',
        '${X/',
        '}',
        '${',
        '"',
        "'",
        '@',
        ',',
        '=',
        '<<EOF',
        '<< "E F"',
        '<<-',
        'EOF\n',
        'E F\n',
        '<',
      ],
      ...[
        ' ',
        ' ',
        '\t',
        '\n',
        '\n',
        '\r\n',
        '\r',
        '\\',
        '\\\n',
        '`',
        '`\n',
        '# escape=`\n',
        '# c\n',
        '\uFEFF',
        'é',
        '😀',
      ],
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))

describe('parseDockerfile', function () {
  // Thousands of generated files.
  this.timeout(60_000)

  for (const { what, text } of dockerfileTable) {
    it(`keeps every character of ${what}`, () => {
      assert.equal(print(parseDockerfile(text)), text)
    })
  }

  it('keeps every character of any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          soup,
          formattedDockerfile.map(({ text }) => text),
        ),
        (text) => {
          assert.equal(print(parseDockerfile(text)), text)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('reads a swapped Dockerfile with the new images, and everything else as it was', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          soup,
          formattedDockerfile.map(({ text }) => text),
        ),
        (text) => {
          const dockerfile = readOrUndefined(text)
          if (dockerfile === undefined) return
          const swapped = swapImages(dockerfile, ({ names }) =>
            names.kind === 'image' ? 'localhost/new:1' : undefined,
          )

          const again = readDockerfile(parseDockerfile(swapped.text), options)
          assert.deepEqual(
            imageUses(again).map(({ names }) => names),
            imageUses(swapped).map(({ names }) => names),
          )
          assert.deepEqual(
            imageUses(again).map(({ line, instruction }) => `${instruction} ${String(line)}`),
            imageUses(dockerfile).map(({ line, instruction }) => `${instruction} ${String(line)}`),
          )
          assert.equal(swapped.text.split('\n').length, text.split('\n').length)
          assert.equal(rest(swapped), rest(dockerfile))
          assert.equal(needsContext(parseDockerfile(swapped.text)), needsContext(parseDockerfile(text)))
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('reads 100,000 files without another error than its own, each within 50 ms', () => {
    const millisecondsOf = (text: string) => {
      const started = process.cpuUsage()
      const parsed = parseDockerfile(text)
      needsContext(parsed)
      newestSyntax(parsed)
      try {
        findBase(readDockerfile(parsed, options))
      } catch (error) {
        if (!(error instanceof InvalidDockerfileError)) throw error
        assert.doesNotMatch(told(error), /undefined|\[object|Error/)
      }
      return process.cpuUsage(started).user / 1000
    }
    fc.assert(
      fc.property(soup, (text) => {
        // The process has other work now and then, such as collecting garbage: what is slow is slow again.
        assert.ok(millisecondsOf(text) < 50 || millisecondsOf(text) < 50)
      }),
      { numRuns: 100_000 },
    )
  }).timeout(60_000)

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

function readOrUndefined(text: string) {
  try {
    return readDockerfile(parseDockerfile(text), options)
  } catch (error) {
    if (error instanceof InvalidDockerfileError) return undefined
    throw error
  }
}

/** What a swap must not touch: the text without its images. */
function rest(dockerfile: ReturnType<typeof readDockerfile>): string {
  let [kept, position] = ['', 0]
  for (const { names, start, end } of [...(dockerfile.syntax ? [dockerfile.syntax] : []), ...imageUses(dockerfile)]) {
    kept += dockerfile.text.slice(position, start)
    kept += names.kind === 'image' ? `<image>` : dockerfile.text.slice(start, end)
    position = end
  }
  return kept + dockerfile.text.slice(position)
}
