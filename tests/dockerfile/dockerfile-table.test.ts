import assert from 'node:assert/strict'
import { findBase } from '../../src/dockerfile/find-base.ts'
import { needsContext } from '../../src/dockerfile/needs-context.ts'
import { InvalidDockerfileError } from '../../src/dockerfile/invalid-dockerfile-error.ts'
import { newestSyntax } from '../../src/dockerfile/newest-syntax.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { formatReference } from '../../src/model/reference.ts'
import { amd64 } from '../support/builders.ts'
import { told } from '../support/problems.ts'
import { dockerfileTable } from './table/dockerfile-table.ts'
import type { DockerfileRow } from './table/row.ts'

function baseOf({ text, target, buildArguments = {} }: DockerfileRow): string {
  const options = { platform: amd64, buildPlatform: amd64, buildArguments, target }
  const base = findBase(readDockerfile(parseDockerfile(text), options), target)
  return base.kind === 'scratch' ? 'scratch' : formatReference(base.reference)
}

describe('the table of Dockerfiles', () => {
  it('is large, and names each row once', () => {
    assert.ok(dockerfileTable.length >= 150)
    assert.equal(new Set(dockerfileTable.map(({ what }) => what)).size, dockerfileTable.length)
  })

  for (const row of dockerfileTable) {
    const { what, text, base, refused, needsContext: needs = false, engine } = row
    if (refused === undefined) {
      it(`reads ${what}`, () => {
        assert.equal(baseOf(row), base)
        assert.equal(needsContext(parseDockerfile(text)), needs)
        assert.equal(newestSyntax(parseDockerfile(text))?.engine, engine)
      })
    } else {
      it(`refuses ${what}`, () => {
        assert.throws(
          () => baseOf(row),
          (error: unknown) => {
            assert.ok(error instanceof InvalidDockerfileError)
            assert.equal(error.line ?? 0, refused.line)
            assert.equal(
              told(error)
                .replace(/^.*?Dockerfile /, '')
                .slice(0, refused.problem.length),
              refused.problem,
            )
            return true
          },
        )
      })
    }
  }
})
