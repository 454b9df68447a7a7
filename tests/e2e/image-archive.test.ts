import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../sandbox/engine.ts'
import { type DockerEngine, dockerEngine } from '../../src/docker/docker-engine.ts'
import { amd64 } from '../support/builders.ts'
import { docker } from '../support/docker-cli.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'
import { runBundled } from '../support/run-bundled.ts'
import { ensureBundles } from '../support/task-process.ts'
import { startTinyLine, type TinyLine } from '../support/tiny-line.ts'

describeOnEachEngine('the image archive of PlatformImageBuildTest', ({ start }) => {
  let engine: Engine
  let held: DockerEngine
  let line: TinyLine
  let folder: string
  before(async () => {
    ensureBundles()
    engine = await start()
    held = dockerEngine({ environment: { DOCKER_HOST: engine.host } })
    line = await startTinyLine('archive')
    folder = await mkdtemp(join(tmpdir(), 'image-archive-'))
  })
  after(async () => {
    for (const { names, digests } of (await held.list()).images) {
      const isOurs = (name: string) => name.includes('/platform-image/') || name.includes('/base/archive')
      for (const name of [...names, ...digests]) if (isOurs(name)) await held.remove(name)
    }
    await line.stop()
    await rm(folder, { recursive: true })
    await engine.stop()
  })

  it('is loaded as the image that it was made of, under the same name', async () => {
    const imageArchive = join(folder, 'image.tar')

    const done = await line.build(engine.host, { inputs: { imageArchive } })
    await line.endJob(engine.host, done)

    const { image = '', imageId } = done.outputs
    assert.equal(done.result, 'Succeeded', done.message)
    assert.equal(done.outputs.imageArchive, imageArchive)
    assert.equal(done.left.partialArchive, `${imageArchive}.partial`)
    assert.deepEqual(await readdir(folder), ['image.tar'])
    assert.equal(await held.inspect(image), undefined)
    await docker(engine.host, 'load', '--input', imageArchive)
    assert.equal((await held.inspect(image))?.id, imageId)
  })

  it('is not written of an image that did not pass', async () => {
    await rm(join(folder, 'image.tar'), { force: true })
    await line.write('app', 'CMD ["/bin/busybox", "false"]')

    const done = await line.build(engine.host, { inputs: { imageArchive: join(folder, 'image.tar') } })

    assert.equal(done.result, 'Failed')
    assert.deepEqual(await readdir(folder), [])
    await line.endJob(engine.host, done)
  })

  it('goes through little memory', async () => {
    const name = 'localhost/image-archive-test/large:1'
    const context = join(folder, 'large')
    await mkdir(context)
    // Of a kind that no store can make smaller.
    await writeFile(join(context, 'file'), randomBytes(200_000_000))
    const dockerfileText = 'FROM scratch\nCOPY file /\n'
    const request = { buildArguments: {}, labels: {}, platform: amd64, onProgress: () => undefined }
    await held.build({ ...request, context, dockerfile: join(context, 'Dockerfile'), dockerfileText, name })
    const archive = join(folder, 'large.tar')
    const program = `
      import { readFileSync, statSync } from 'node:fs'
      import { dockerEngine } from './src/docker/docker-engine.ts'
      void dockerEngine().save('${name}', '${archive}').then(() =>
        console.log(statSync('${archive}').size, /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]))`

    const stdout = await runBundled(program, { folder, environment: { DOCKER_HOST: engine.host } })

    const [size = 0, kilobytes = 0] = stdout.split(' ').map(Number)
    assert.ok(size > 200_000_000, stdout)
    assert.ok(kilobytes < 150_000, stdout)
    await held.remove(name)
    for (const file of await readdir(folder)) await rm(join(folder, file), { recursive: true })
  })
})
