import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fetchNewerEngine, newerEngineProblem } from '../../sandbox/newer-engine.mjs'

const sources = `Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg
`

/** With programs that play apt and dpkg. */
describe('fetchNewerEngine', () => {
  const path = process.env.PATH
  let folder: string
  let engine: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'newer-engine-'))
    engine = join(folder, 'engine')
    for (const name of ['bin', 'sources']) await mkdir(join(folder, name))
    await writeFile(join(folder, 'sources', 'debian.sources'), sources)
    await addProgram(
      'apt-get',
      'case "$*" in *update) cat "$PWD/../later.sources" > "$LISTED" ;; *download*) : > docker.io.deb ;; esac',
    )
    await addProgram('dpkg-deb', 'mkdir -p "$3/usr/sbin" && cp "$2" "$3/usr/sbin/dockerd"')
    process.env.PATH = [join(folder, 'bin'), path].join(delimiter)
    process.env.LISTED = join(folder, 'listed')
  })
  afterEach(async () => {
    process.env.PATH = path
    delete process.env.LISTED
    await rm(folder, { recursive: true })
  })

  async function addProgram(name: string, body: string): Promise<void> {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  }

  it('unpacks the packages of a later suite of the same mirror, checked by the same key', async () => {
    const problem = fetchNewerEngine(engine, join(folder, 'sources'))

    assert.equal(problem, undefined)
    assert.equal(newerEngineProblem(engine), undefined)
    assert.deepEqual(await readdir(engine), ['root'])
    const listed = await readFile(join(folder, 'listed'), 'utf8')
    assert.match(
      listed,
      /URIs: http:\/\/mirror\.example\/debian\nSuites: forky\n.*\nSigned-By: \/usr\/share\/keyrings\/debian\.gpg/,
    )
  })

  it('notes what is in the way, for the run to tell', async () => {
    await addProgram(
      'apt-get',
      'echo "W: slow" >&2; echo "E: Temporary failure resolving mirror.example" >&2; exit 100',
    )

    const problem = fetchNewerEngine(engine, join(folder, 'sources'))

    assert.equal(problem, 'apt-get update: E: Temporary failure resolving mirror.example')
    assert.equal(newerEngineProblem(engine), problem)
  })

  it('leaves nothing half unpacked', async () => {
    await addProgram('dpkg-deb', 'mkdir -p "$3/usr/sbin" && : > "$3/usr/sbin/dockerd"; exit 2')

    fetchNewerEngine(engine, join(folder, 'sources'))

    assert.match(newerEngineProblem(engine) ?? '', /^dpkg-deb/)
  })

  it('needs a Debian', () => {
    assert.match(fetchNewerEngine(engine, join(folder, 'nowhere')) ?? '', /Debian 12 or 13/)
  })

  it('says that nobody has fetched it', () => {
    assert.match(newerEngineProblem(join(folder, 'nowhere')) ?? '', /setup\.mjs has not fetched it/)
  })
})
