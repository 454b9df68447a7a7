import assert from 'node:assert/strict'
import { formatPlatform, parsePlatform, samePlatform } from '../../src/model/platform.ts'
import { throws } from '../support/problems.ts'

describe('parsePlatform', () => {
  it('reads a platform with and without variant', () => {
    assert.deepEqual(parsePlatform('linux/amd64'), { os: 'linux', architecture: 'amd64' })
    assert.deepEqual(parsePlatform('linux/arm64/v8'), { os: 'linux', architecture: 'arm64', variant: 'v8' })
  })

  for (const text of [
    '',
    'linux',
    'linux/',
    '/amd64',
    'amd64',
    'Linux/amd64',
    'linux/arm/7',
    'linux/amd64/v1/x',
    'a b/c',
  ]) {
    it(`refuses "${text}"`, () => {
      throws(() => parsePlatform(text), {
        name: 'InvalidValue',
        message: /is not a platform\. Write it as linux\/amd64/,
      })
    })
  }
})

describe('formatPlatform', () => {
  const rows: readonly (readonly [read: string, written: string])[] = [
    ['linux/amd64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['linux/arm64', 'linux/arm64/v8'],
    ['linux/arm64/v8', 'linux/arm64/v8'],
    ['linux/arm64/v9', 'linux/arm64/v9'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/v6', 'linux/arm/v6'],
    ['windows/amd64', 'windows/amd64'],
    ['linux/s390x', 'linux/s390x'],
  ]
  for (const [read, written] of rows) {
    it(`writes ${read} as ${written}`, () => {
      assert.equal(formatPlatform(parsePlatform(read)), written)
    })
  }
})

describe('samePlatform', () => {
  const rows: readonly (readonly [one: string, other: string, same: boolean])[] = [
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm', 'linux/arm/v7', true],
    ['linux/arm', 'linux/arm/v6', false],
    ['linux/amd64', 'linux/amd64/v1', true],
    ['linux/amd64', 'linux/amd64/v2', false],
    ['linux/amd64', 'windows/amd64', false],
    ['linux/amd64', 'linux/arm64', false],
  ]
  for (const [one, other, same] of rows) {
    it(`says ${String(same)} of ${one} and ${other}`, () => {
      assert.equal(samePlatform(parsePlatform(one), parsePlatform(other)), same)
    })
  }
})
