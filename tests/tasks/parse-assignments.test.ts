import assert from 'node:assert/strict'
import { parseBuildArguments, parseSecrets } from '../../tasks/parse-assignments.ts'
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

describe('parseSecrets', () => {
  it('masks a secret before it refuses its line', () => {
    const masked: string[] = []

    throws(() => parseSecrets(lines('a b=geheim'), (secret) => masked.push(secret)), { name: 'InvalidValue' })

    assert.ok(masked.includes('geheim'))
  })
})
