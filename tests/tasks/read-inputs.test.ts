import assert from 'node:assert/strict'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { readAction, readBuildArguments, readMirrors, readPlatform } from '../../tasks/read-inputs.ts'
import { mapInputs } from '../support/map-inputs.ts'

describe('readAction', () => {
  it('reads what a check decided', () => {
    assert.equal(readAction(mapInputs({ action: 'retag' })), 'retag')
  })
})

describe('readPlatform', () => {
  it('reads a platform', () => {
    assert.deepEqual(readPlatform(mapInputs({ platform: 'linux/amd64' })), { os: 'linux', architecture: 'amd64' })
  })

  for (const inputs of [{}, { platform: 'amd64' }]) {
    it(`names the input of ${JSON.stringify(inputs)}`, () => {
      assert.throws(() => readPlatform(mapInputs(inputs)), { name: 'InputError', input: 'platform' })
    })
  }
})

describe('readMirrors', () => {
  const read = (inputs: Record<string, string>, variables: Record<string, string> = {}) =>
    readMirrors({ inputs: mapInputs(inputs), variable: (name: string) => variables[name] } as TaskContext)
  const variables = { 'PlatformImage.RegistryMirrors': 'a.io=b.io,c.io=d.io' }

  it('reads the input before the variable of the project', () => {
    assert.deepEqual(read({ registryMirrors: 'x.io=y.io' }, variables), { 'x.io': 'y.io' })
  })

  it('reads the variable where the input is empty', () => {
    assert.deepEqual(read({}, variables), { 'a.io': 'b.io', 'c.io': 'd.io' })
  })

  it('has none where neither is set', () => {
    assert.deepEqual(read({}), {})
  })
})

describe('readBuildArguments', () => {
  it('has none where the field is empty', () => {
    assert.deepEqual(readBuildArguments(mapInputs({})), {})
  })

  it('takes the last of two of a name', () => {
    assert.deepEqual(readBuildArguments(mapInputs({ buildArguments: 'A=1\nA=2' })), { A: '2' })
  })
})
