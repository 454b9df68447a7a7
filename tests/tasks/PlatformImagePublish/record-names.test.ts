import assert from 'node:assert/strict'
import { parseReference } from '../../../src/model/reference.ts'
import { publishTask } from '../../../tasks/PlatformImagePublish/form.ts'
import { recordNamesForPostJob } from '../../../tasks/PlatformImagePublish/record-names.ts'
import { aLocalImage } from '../../support/builders.ts'
import { mapInputs } from '../../support/map-inputs.ts'
import { memoryEngine } from '../../support/memory-engine.ts'
import { memoryRepository } from '../../support/memory-repository.ts'

const target = parseReference('host.example/platform/aspnet:10.0-noble-1.0.0')
const credentials = { username: 'AWS', password: 'secret' }
const onProgress = () => undefined

describe('recordNamesForPostJob', () => {
  function start() {
    const left = new Map<string, string>()
    const engine = memoryEngine({ repository: memoryRepository() })
    const inputs = mapInputs(publishTask.inputs, { image: 'localhost/platform-image/image:a' })
    return { left, engine, store: recordNamesForPostJob(engine, (what, name) => left.set(what, name), inputs) }
  }

  it('leaves the name of an image before it is loaded', async () => {
    const { left, store } = start()

    await assert.rejects(store.load('absent.tar', 'localhost/platform-image/image:a'))

    assert.deepEqual([...left], [['loadedImages', 'localhost/platform-image/image:a']])
  })

  it('leaves all names that come with it, but those that were there before', async () => {
    const { left, engine } = start()
    engine.add('host.example/there:1', aLocalImage())
    const names = ['localhost/platform-image/image:a', 'host.example/there:1', 'host.example/new:1']
    const loading = recordNamesForPostJob(
      { ...engine, load: () => Promise.resolve(names) },
      (what, name) => left.set(what, name),
      mapInputs(publishTask.inputs, { image: 'localhost/platform-image/image:a' }),
    )

    assert.deepEqual(await loading.load(), names)

    assert.deepEqual([...left], [['loadedImages', 'localhost/platform-image/image:a host.example/new:1']])
  })

  it('leaves the name that a push needs', async () => {
    const { left, engine, store } = start()
    engine.add('image', aLocalImage())

    await store.push({ name: 'image', target, credentials, onProgress })

    assert.deepEqual([...left], [['pushedName', 'host.example/platform/aspnet:10.0-noble-1.0.0']])
  })

  it('leaves no name that the image had before', async () => {
    const { left, engine, store } = start()
    const name = 'host.example/platform/aspnet:10.0-noble-1.0.0'
    engine.add(name, aLocalImage())

    await store.push({ name, target, credentials, onProgress })

    assert.deepEqual([...left], [])
  })
})
