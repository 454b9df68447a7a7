import assert from 'node:assert/strict'
import fc from 'fast-check'
import { InvalidDockerfileError } from '../../src/dockerfile/invalid-dockerfile-error.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { swapImages } from '../../src/dockerfile/swap-images.ts'
import { amd64 } from '../support/builders.ts'

/** Swaps every image, and no stage, for `localhost/new:1`. */
function swapAll(text: string): string {
  return swapImages(readDockerfile(parseDockerfile(text), { platform: amd64 }), ({ names }) =>
    names.kind === 'image' ? 'localhost/new:1' : undefined,
  ).text
}

describe('swapImages', () => {
  const rows: readonly (readonly [what: string, text: string, swapped: string])[] = [
    ['the image alone', 'FROM a', 'FROM localhost/new:1'],
    [
      'no stage name and no flag',
      'FROM --platform=linux/amd64 a:1 AS b',
      'FROM --platform=linux/amd64 localhost/new:1 AS b',
    ],
    ['no stage', 'FROM a AS b\nFROM b\nCOPY --from=b x y', 'FROM localhost/new:1 AS b\nFROM b\nCOPY --from=b x y'],
    ['sources', 'FROM a\nCOPY --from=c:1 x y', 'FROM localhost/new:1\nCOPY --from=localhost/new:1 x y'],
    [
      'mounts',
      'FROM a\nRUN --mount=from=c,target=/x y',
      'FROM localhost/new:1\nRUN --mount=from=localhost/new:1,target=/x y',
    ],
    [
      'a mount in capitals and quotes',
      `FROM a\nRUN --mount=type=bind,"FROM=c",target=/x --mount=from='c' y`,
      `FROM localhost/new:1\nRUN --mount=type=bind,"FROM=localhost/new:1",target=/x --mount=from='localhost/new:1' y`,
    ],
    [
      'a trigger that runs here, and none that others run',
      'FROM a AS b\nONBUILD COPY --from=c x y\nFROM b\nONBUILD COPY --from=c x y',
      'FROM localhost/new:1 AS b\nONBUILD COPY --from=localhost/new:1 x y\nFROM b\nONBUILD COPY --from=c x y',
    ],
    ['a variable as a whole', 'ARG T=1\nFROM a:$T AS b', 'ARG T=1\nFROM localhost/new:1 AS b'],
    ['nothing of CRLF', 'FROM a\r\nRUN x\r\nFROM b\r\n', 'FROM localhost/new:1\r\nRUN x\r\nFROM localhost/new:1\r\n'],
    ['nothing of a byte order mark', '\uFEFFFROM a\n', '\uFEFFFROM localhost/new:1\n'],
    ['a name in quotes', 'FROM "a:1" AS b', 'FROM localhost/new:1 AS b'],
    ['nothing of a heredoc', 'FROM a\nRUN <<E\nFROM a\nE\n', 'FROM localhost/new:1\nRUN <<E\nFROM a\nE\n'],
    [
      'a name in quotes that begin before it',
      'FROM a\nCOPY --fr"om=a"b x y',
      'FROM localhost/new:1\nCOPY --fr"om=localhost/new:1" x y',
    ],
    [
      'a name in quotes that end behind it',
      'FROM a\nCOPY --from=a"b" x y',
      'FROM localhost/new:1\nCOPY --from=localhost/new:1"" x y',
    ],
    [
      'a name over two lines, and keeps them two',
      'FROM ubun\\\n# c\ntu AS b\nRUN x',
      'FROM localhost/new:1\\\n# c\n AS b\nRUN x',
    ],
    [
      'nothing but tokens of a continued line',
      'FROM \\\n# c\n a \\\n AS b',
      'FROM \\\n# c\n localhost/new:1 \\\n AS b',
    ],
  ]
  for (const [what, text, swapped] of rows) {
    it(`changes ${what}`, () => {
      assert.equal(swapAll(text), swapped)
    })
  }

  it('swaps the image of the syntax', () => {
    const dockerfile = readDockerfile(parseDockerfile('# syntax=a/b:1 x\nFROM c'), { platform: amd64 })

    const swapped = swapImages(dockerfile, ({ instruction }) => (instruction === '# syntax' ? 'm.io/a/b:1' : undefined))

    assert.equal(swapped.text, '# syntax=m.io/a/b:1 x\nFROM c')
  })

  it('keeps every character where each image is swapped for itself', () => {
    const lines = fc.constantFrom(
      ...[
        'FROM a',
        'FROM --platform=$BUILDPLATFORM a:1 AS b',
        'from "q/r" as c',
        'FROM b',
        'ARG X=1',
        'FROM x:${X:-1}',
      ],
      ...[
        'COPY --from=0 a b',
        'ONBUILD COPY --from=g a b',
        'RUN --mount="FROM=h" y',
        'COPY --from=d/e:1 a b',
        'RUN --mount=from=f,target=/x y',
        'RUN a \\',
        '# c',
        '',
        'RUN <<E',
        'E',
      ],
    )
    fc.assert(
      fc.property(fc.array(lines), fc.constantFrom('\n', '\r\n'), (parts, ending) => {
        const text = parts.join(ending)
        try {
          const swapped = swapImages(
            readDockerfile(parseDockerfile(text), { platform: amd64 }),
            ({ names, written }) => (names.kind === 'image' && !/["$]/.test(written) ? written : undefined),
          )

          assert.equal(swapped.text, text)
        } catch (error) {
          if (!(error instanceof InvalidDockerfileError)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })

  it('keeps the number of lines, so that messages of the builder stay true', () => {
    const text = 'ARG A\n\nFROM a\nCOPY --from=b \\\n x y\n\nFROM c\n'

    assert.equal(swapAll(text).split('\n').length, text.split('\n').length)
  })
})
