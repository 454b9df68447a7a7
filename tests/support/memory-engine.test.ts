import { parseReference, withDigest } from '../../src/model/reference.ts'
import { digestOf } from '../../src/model/digest.ts'
import { aLocalImage } from './builders.ts'
import { engineContract } from './engine-contract.ts'
import { fakeContainer } from './fake-container.ts'
import { memoryEngine } from './memory-engine.ts'

describe('memoryEngine', () => {
  engineContract(() => {
    const engine = memoryEngine({ container: fakeContainer('http://127.0.0.1:1') })
    const base = 'localhost/engine-contract/base:1'
    const offered = withDigest(parseReference('registry.example/base:1'), digestOf('offered'))
    engine.add(base, aLocalImage())
    engine.offer(offered, aLocalImage({ id: digestOf('offered') }))
    return Promise.resolve({ engine, base, offered, context: '/nowhere', stop: () => Promise.resolve() })
  })
})
