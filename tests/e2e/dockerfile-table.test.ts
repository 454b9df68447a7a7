import assert from 'node:assert/strict'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../sandbox/engine.ts'
import type { BuildEngine } from '../../src/build-image/engine.ts'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { newestSyntax } from '../../src/dockerfile/newest-syntax.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { dockerfileTable } from '../dockerfile/table/dockerfile-table.ts'
import { type DockerfileRow, latest, one, two } from '../dockerfile/table/row.ts'
import { amd64 } from '../support/builders.ts'
import { docker } from '../support/docker-cli.ts'
import { describeOnEachEngine } from '../support/engines-under-test.ts'

const standIns = [one, two, latest]

/** The builder itself says what each row of the table is built on, by a label of the stand-in. */
describeOnEachEngine('the table of Dockerfiles', ({ isNewer, start }) => {
  let host: Engine
  let engine: BuildEngine
  let major: number
  let context: string

  before(async () => {
    host = await start()
    engine = dockerEngine({ environment: { DOCKER_HOST: host.host } })
    major = Number((await engine.ping()).version.split('.')[0])
    context = await mkdtemp(join(tmpdir(), 'dockerfile-table-'))
    await copyFile('/bin/busybox', join(context, 'busybox'))
    await writeFile(join(context, 'app.txt'), 'app')
    for (const name of standIns) {
      const shell = 'COPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]'
      await build({ what: name, text: `FROM scratch\n${shell}\nLABEL base=${name}` }, name)
    }
  })
  after(async () => {
    await docker(host.host, 'rmi', '--force', ...standIns)
    await Promise.all([host.stop(), rm(context, { recursive: true })])
  })

  function build({ text, target, buildArguments = {} }: DockerfileRow, name: string) {
    return engine.build({
      ...{ context, dockerfile: join(context, 'Dockerfile'), dockerfileText: text, name, platform: amd64 },
      ...(target !== undefined && { target }),
      // Rows that give the same image must not remove each other's.
      ...{ buildArguments, labels: { row: name }, onProgress: () => undefined },
    })
  }

  /** What the builder makes of a row: its base, or nothing. The image is removed again. */
  async function baseOf(row: DockerfileRow, index: number): Promise<string | undefined> {
    const name = `localhost/platform-image/table:${String(index)}`
    try {
      const { labels } = await build(row, name)
      return labels.base ?? 'scratch'
    } finally {
      await engine.remove(name)
    }
  }

  it('is read so by the builder', async () => {
    const rows = dockerfileTable.filter(({ engine: first = 20, notBuilt }) => notBuilt === undefined && first <= major)
    // The older engine knows less, and takes some of what is refused today.
    const waiting = rows.filter(({ refused }) => refused === undefined || isNewer).entries()
    const wrong: string[] = []
    const work = async () => {
      for (const [index, row] of waiting) {
        const { what, base, refused } = row
        const found = await baseOf(row, index).catch((error: unknown) => (refused ? undefined : String(error)))
        if (found !== base) wrong.push(`${what}: ${found ?? 'refused'} instead of ${base ?? 'refused'}`)
      }
    }
    await Promise.all([work(), work(), work(), work()])

    assert.deepEqual(wrong, [])
  })

  if (!isNewer) {
    it('holds what an older engine reads otherwise, and our reader says so', () => {
      const newer = dockerfileTable.filter(({ engine: first = 20, refused }) => first > major && refused === undefined)

      assert.ok(newer.length > 0)
      for (const { text } of newer) assert.ok((newestSyntax(parseDockerfile(text))?.engine ?? 0) > major)
    })
  }
})
