import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRegistry } from '../../sandbox/registry-process.ts'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { parseDigest } from '../../src/model/digest.ts'
import { parseReference, withDigest } from '../../src/model/reference.ts'
import { amd64 } from '../support/builders.ts'
import { engineContract } from '../support/engine-contract.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'
import { pushTinyImage } from '../support/tiny-image.ts'

describeOnEachEngine('the contract that the engine in memory keeps, kept', ({ start }) => {
  engineContract(async () => {
    const host = await start()
    const engine = dockerEngine({ environment: { DOCKER_HOST: host.host } })
    const folder = await mkdtemp(join(tmpdir(), 'engine-contract-'))
    const [context, sources] = [join(folder, 'context'), join(folder, 'sources')]
    for (const made of [context, sources]) await mkdir(made)

    const base = 'localhost/engine-contract/base:1'
    await copyFile('/bin/busybox', join(sources, 'busybox'))
    await engine.build({
      context: sources,
      dockerfile: join(sources, 'Dockerfile'),
      dockerfileText: 'FROM scratch\nCOPY busybox /bin/\nCMD ["/bin/busybox", "sleep", "600"]\n',
      name: base,
      platform: amd64,
      buildArguments: {},
      labels: {},
      onProgress: () => undefined,
    })

    const registry = await startRegistry(join(folder, 'registry'))
    const pushed = await pushTinyImage({ registry: `http://${registry.host}`, repository: 'engine-contract', tag: '1' })
    const offered = withDigest(parseReference(`${registry.host}/engine-contract:1`), parseDigest(pushed.digest))
    return {
      engine,
      base,
      offered,
      context,
      async stop() {
        await engine.remove(base)
        for (const { names, digests } of (await engine.list()).images) {
          if (!digests.some((name) => name.startsWith(registry.host))) continue
          for (const name of [...names, ...digests]) await engine.remove(name)
        }
        await registry.stop()
        await rm(folder, { recursive: true })
        await host.stop()
      },
    }
  })
})
