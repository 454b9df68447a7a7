import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { buffer } from 'node:stream/consumers'
import { loadDockerfile } from '../../src/build-context/load-dockerfile.ts'
import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts'
import { rejects } from '../support/problems.ts'

describe('links that a repository brings', () => {
  let root: string
  let sources: string

  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'hostile-files-')))
    sources = join(root, '1', 's')
    for (const folder of ['home', 'temp', '1/s/image', '1/s/real', '1/other']) {
      await mkdir(join(root, folder), { recursive: true })
      await writeFile(join(root, folder, 'Dockerfile'), 'FROM a')
    }
    await writeFile(join(root, 'home', '.token'), 'geheim')
    await symlink(join(root, 'home', '.token'), join(sources, 'image', 'stolen'))
    await symlink('../../home', join(sources, 'home'))
    await symlink('/', join(sources, 'everything'))
    await symlink('../real/Dockerfile', join(sources, 'image', 'beside'))
    await symlink('../other', join(sources, 'submodule'))
    await symlink(join(root, '1'), join(root, 'linked'))
    await writeFile(join(sources, 'image', 'ignoring'), 'FROM a')
    await symlink(join(root, 'home', '.token'), join(sources, 'image', 'ignoring.dockerignore'))
    await mkdir(join(sources, 'ignored'))
    await writeFile(join(sources, 'ignored', 'Dockerfile'), 'FROM a')
    await symlink(join(root, 'home', '.token'), join(sources, 'ignored', '.dockerignore'))
  })
  after(() => rm(root, { recursive: true }))

  const load = (context: string, dockerfile: string, workspace = { sources, whole: join(root, '1') }) =>
    loadDockerfile({ contextInput: 'contextPath', context, dockerfileInput: 'dockerfile', dockerfile, workspace })

  const refused: readonly (readonly [context: string, dockerfile: string, field: string])[] = [
    ['image', 'stolen', 'dockerfile'],
    ['image', '../home/.token', 'dockerfile'],
    ['home', 'Dockerfile', 'contextPath'],
    ['everything', 'etc/hostname', 'contextPath'],
    ['image', 'ignoring', 'dockerfile'],
    ['ignored', 'Dockerfile', 'contextPath'],
  ]
  for (const [context, dockerfile, field] of refused) {
    it(`do not lead ${context} with ${dockerfile} out of the workspace`, async () => {
      await rejects(load(join(sources, context), dockerfile), { name: 'InvalidInput', field, mistake: 'outside' })
      await rejects(
        load(join(root, 'linked', 's', context), dockerfile, {
          sources: join(root, 'linked', 's'),
          whole: join(root, 'linked'),
        }),
        {
          field,
          mistake: 'outside',
        },
      )
    })
  }

  const legal: readonly (readonly [context: string, dockerfile: string])[] = [
    ['1/s/image', 'Dockerfile'],
    ['1/s/image', 'beside'],
    ['1/s/submodule', 'Dockerfile'],
    ['temp', 'Dockerfile'],
    ['1/s/image', '../../../temp/Dockerfile'],
    ['home', 'Dockerfile'],
  ]
  for (const [context, dockerfile] of legal) {
    it(`may lead ${context} with ${dockerfile}`, async () => {
      assert.equal((await load(join(root, context), dockerfile)).text, 'FROM a')
    })
  }
})

describe('an archive of an image', () => {
  const wanted = 'localhost/platform-image/image:a'
  let folder: string
  let engine: FakeEngine

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostile-archive-'))
    engine = await startFakeEngine({ 'POST /images/load': { lines: [{ stream: `Loaded image: ${wanted}\n` }] } })
  })
  after(async () => {
    await engine.stop()
    await rm(folder, { recursive: true })
  })

  const saved = (...names: string[]) => ({
    'manifest.json': JSON.stringify([{ Config: 'c', RepoTags: names, Layers: [] }]),
  })
  const indexed = (...names: string[]) => ({
    'index.json': JSON.stringify({
      manifests: names.map((name) => ({ digest: 'x', annotations: { 'io.containerd.image.name': name } })),
    }),
  })

  async function load(files: Readonly<Record<string, string>> | Buffer, compressed = false) {
    const file = join(folder, 'image.tar')
    const archive = pack()
    if (!Buffer.isBuffer(files)) for (const [name, content] of Object.entries(files)) archive.entry({ name }, content)
    archive.finalize()
    const bytes = Buffer.isBuffer(files) ? files : await buffer(archive)
    await writeFile(file, compressed ? gzipSync(bytes) : bytes)
    const before = engine.requests.length
    try {
      await dockerEngine({ environment: { DOCKER_HOST: engine.host } }).load(file, wanted)
      assert.deepEqual(engine.requests.at(-1)?.body, await readFile(file))
    } catch (error) {
      assert.equal(engine.requests.length, before, 'the engine got it')
      throw error
    }
  }

  it('is loaded where it brings the wanted name alone, also compressed', async () => {
    await load(saved(wanted))
    await load(indexed(wanted))
    await load({ ...saved(wanted), ...indexed(wanted) })
    await load({ layer: 'x'.repeat(100_000), ...saved(wanted) }, true)
    await load({ './manifest.json': saved(wanted)['manifest.json'] })
  })

  const refused: readonly (readonly [what: string, files: Readonly<Record<string, string>> | Buffer, said: RegExp])[] =
    [
      [
        'another name',
        saved('docker.io/library/alpine:latest'),
        /which holds docker\.io\/library\/alpine:latest\. Save/,
      ],
      ['another name beside the wanted one', saved(wanted, 'alpine'), /which holds docker\.io\/library\/alpine:latest/],
      ['another name in its index', indexed(wanted, 'a/b:1'), /which holds docker\.io\/a\/b:1/],
      ['lists that differ', { ...saved(wanted), ...indexed('alpine') }, /whose lists of images differ/],
      ['a log command for a name', saved('##vso[task.complete]\n'), /which holds ##_vso/],
      ['no list', { layer: 'x' }, /whose list of images cannot be read/],
      ['a list that is none', { 'manifest.json': '{"RepoTags":1}' }, /whose list of images cannot be read/],
      ['no archive', Buffer.from('text'), /whose list of images cannot be read/],
    ]
  for (const [what, files, said] of refused) {
    it(`is refused with ${what} before the engine gets it`, async () => {
      await rejects(load(files), { name: 'InvalidInput', mistake: 'other-images', message: said })
    })
  }

  it('is refused with a second list', async () => {
    const archive = pack()
    archive.entry({ name: 'manifest.json' }, saved(wanted)['manifest.json'])
    archive.entry({ name: 'manifest.json' }, saved('alpine')['manifest.json'])
    archive.finalize()
    await rejects(load(await buffer(archive)), { message: /whose lists of images differ/ })
  })
})
