import assert from 'node:assert/strict'
import fc from 'fast-check'
import { findBase } from '../../src/dockerfile/find-base.ts'
import { InvalidDockerfileError } from '../../src/dockerfile/invalid-dockerfile-error.ts'
import { needsContext } from '../../src/dockerfile/needs-context.ts'
import { newestSyntax } from '../../src/dockerfile/newest-syntax.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { imageUses, readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { swapImages } from '../../src/dockerfile/swap-images.ts'
import { amd64 } from '../support/builders.ts'
import { told } from '../support/problems.ts'
import { anyText, soup } from './dockerfile-arbitrary.ts'

const options = { platform: amd64, buildPlatform: amd64 }

describe('the reader of Dockerfiles, on generated files', function () {
  this.timeout(60_000)

  it('reads a swapped Dockerfile with the new images, and everything else as it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const dockerfile = readOrUndefined(text)
        if (dockerfile === undefined) return
        const swapped = swapImages(dockerfile, ({ names }) => (names.kind === 'image' ? 'localhost/new:1' : undefined))

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
      }),
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
  })
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
