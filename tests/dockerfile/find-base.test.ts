import assert from 'node:assert/strict'
import { assumeBase, findBase } from '../../src/dockerfile/find-base.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { formatReference, parseReference } from '../../src/model/reference.ts'
import { amd64 } from '../support/builders.ts'
import { throws } from '../support/problems.ts'

function baseOf(text: string, target?: string): string {
  const base = findBase(readDockerfile(parseDockerfile(text), { platform: amd64 }), target)
  return base.kind === 'scratch' ? 'scratch' : formatReference(base.reference)
}

const stages = 'FROM a.io/one AS First\nFROM a.io/two AS second\nFROM first AS third\nFROM scratch AS none\nFROM third'

describe('findBase', () => {
  const rows: readonly (readonly [what: string, text: string, target: string | undefined, base: string])[] = [
    ['the only FROM', 'FROM a.io/b:1', undefined, 'a.io/b:1'],
    [
      'the last stage, not the first',
      'FROM a.io/sdk AS build\nFROM a.io/aspnet\nCOPY --from=build a b',
      undefined,
      'a.io/aspnet',
    ],
    ['the root of a chain', stages, undefined, 'a.io/one'],
    ['a target', stages, 'second', 'a.io/two'],
    ['a target in another case', stages, 'SECOND', 'a.io/two'],
    ['scratch', stages, 'none', 'scratch'],
    ['the last of two stages with one name', 'FROM a.io/one AS x\nFROM a.io/two AS x', 'x', 'a.io/two'],
    ['a resolved stage beside an unresolved one', 'FROM $NONE AS x\nFROM a.io/b', undefined, 'a.io/b'],
    [
      "Microsoft's own form",
      'ARG REPO=mcr.microsoft.com/dotnet/runtime-deps\nFROM $REPO:10.0-noble',
      undefined,
      'mcr.microsoft.com/dotnet/runtime-deps:10.0-noble',
    ],
  ]
  for (const [what, text, target, base] of rows) {
    it(`finds ${what}`, () => {
      assert.equal(baseOf(text, target), base)
    })
  }

  const refused: readonly (readonly [what: string, text: string, target: string | undefined, message: RegExp])[] = [
    [
      'a target that is no stage',
      stages,
      'fourth',
      /^The Dockerfile has no stage "fourth"\. Check the input "target"\.$/,
    ],
    ['a target by number, which the builder does not know', stages, '1', /has no stage "1"/],
    ['an empty target', stages, '', /has no stage ""/],
    [
      'an ARG without value',
      '# c\nARG VERSION\nFROM a.io/b:$VERSION',
      undefined,
      /^Line 3 of the Dockerfile has a FROM whose image needs a variable that has no value\. Give a value in the input "buildArguments" or the image in the input "baseImage"\.$/,
    ],
    [
      'an unresolved FROM below a chain',
      'FROM $X AS a\nFROM a',
      undefined,
      /^Line 1 of the Dockerfile has a FROM whose image needs a variable/,
    ],
    [
      'what is no reference',
      'FROM A',
      undefined,
      /^Line 1 of the Dockerfile has a FROM whose image is not a reference\. Correct it\.$/,
    ],
  ]
  for (const [what, text, target, message] of refused) {
    it(`refuses ${what}`, () => {
      throws(() => baseOf(text, target), { name: 'InvalidDockerfileError', message })
    })
  }
})

describe('assumeBase', () => {
  const options = { platform: amd64 }
  const told = parseReference('a.io/told:1')
  const baseWith = (text: string, target?: string) =>
    findBase(assumeBase(readDockerfile(parseDockerfile(text), options), told, target), target)

  it('tells what a FROM without value stands for, also below a chain', () => {
    assert.deepEqual(baseWith('ARG V\nFROM a.io/b:$V AS x\nFROM x'), { kind: 'image', reference: told })
  })

  it('tells nothing where the FROM names its image', () => {
    const reference = parseReference('a.io/b:1')

    assert.deepEqual(baseWith('FROM a.io/b:1 AS one\nFROM $NONE AS other', 'one'), { kind: 'image', reference })
    assert.deepEqual(baseWith('FROM scratch'), { kind: 'scratch' })
  })
})
