import assert from 'node:assert/strict'
import { parseSdkList } from '../../../sandbox/base-images/machine-sdk.ts'

describe('parseSdkList', () => {
  it('reads version and folder of every SDK', () => {
    const output = '8.0.100 [/usr/share/dotnet/sdk]\n10.0.401 [/home/a b/.dotnet/sdk]\n'

    const sdks = parseSdkList(output)

    assert.deepEqual(sdks, [
      { version: '8.0.100', folder: '/usr/share/dotnet' },
      { version: '10.0.401', folder: '/home/a b/.dotnet' },
    ])
  })

  it('reads nothing where there is none', () => {
    assert.deepEqual(parseSdkList(''), [])
  })
})
