import assert from 'node:assert/strict'
import { parseBuildArguments, warnOfUndeclared } from '../../tasks/parse-assignments.ts'
import { aDockerfile } from '../support/builders.ts'
import { throws } from '../support/problems.ts'

const lines = (...texts: string[]) => texts.map((text, index) => ({ text, number: index + 1 }))

describe('parseBuildArguments', () => {
  it('has none where there are no lines', () => {
    assert.deepEqual(parseBuildArguments([]), {})
  })

  it('takes the last of two of a name', () => {
    assert.deepEqual(parseBuildArguments(lines('A=1', 'A=2')), { A: '2' })
  })

  it('says which line is none, and how to write it', () => {
    throws(() => parseBuildArguments(lines('A=1', 'B')), {
      name: 'InvalidValue',
      line: 2,
      reason: 'is not a build argument: "B"',
      rule: 'Write it as NAME=value',
    })
  })
})

describe('parseBuildArguments of a name that the builder obeys', () => {
  it('refuses another reader of the Dockerfile', () => {
    throws(() => parseBuildArguments(lines('A=1', 'BUILDKIT_SYNTAX=docker/dockerfile:1')), {
      name: 'InvalidValue',
      line: 2,
      reason: 'sets BUILDKIT_SYNTAX, which replaces the reader of the Dockerfile',
    })
  })
})

describe('warnOfUndeclared', () => {
  const dockerfile = (text: string) => aDockerfile(text, '/image/Dockerfile')

  it('names what no ARG declares', () => {
    const names = ['A', 'B', 'C', 'LATER', 'SOURCE_DATE_EPOCH', 'HTTPS_PROXY', 'no_proxy', 'LINE']
    const text = 'ARG A=1 B\nFROM a\nARG C\nONBUILD ARG LATER'

    assert.equal(
      warnOfUndeclared('buildArguments', names, dockerfile(text)),
      'The input "buildArguments" gives LINE, which no ARG of /image/Dockerfile declares. A value of several lines cannot be a build argument.',
    )
  })

  it('says nothing of a file that another reader reads', () => {
    assert.equal(warnOfUndeclared('buildArguments', ['A'], dockerfile('# syntax=example/other\nFROM a')), undefined)
  })
})
