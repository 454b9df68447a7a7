import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDockerContext } from '../../../src/docker/connection/docker-context.ts'
import { formatEngineAddress, readEngineAddress } from '../../../src/docker/connection/engine-address.ts'
import { throws, told } from '../../support/problems.ts'

describe('readDockerContext', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'docker-context-'))
    await mkdir(join(home, '.docker'))
  })
  afterEach(() => rm(home, { recursive: true }))

  async function configure(text: string): Promise<void> {
    await writeFile(join(home, '.docker/config.json'), text)
  }

  /** As `docker context create` does. */
  async function createContext(name: string, text: string): Promise<void> {
    const folder = join(home, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'))
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'meta.json'), text)
  }

  function meta(host: string): string {
    return JSON.stringify({ Name: 'x', Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } })
  }

  it('finds the one that was chosen', async () => {
    await configure('{ "auths": {}, "currentContext": "rootless" }')
    await createContext('rootless', meta('unix:///run/user/1000/docker.sock'))

    assert.deepEqual(readDockerContext({ HOME: home }), { name: 'rootless', host: 'unix:///run/user/1000/docker.sock' })
    const address = readEngineAddress({ HOME: home })
    assert.equal(formatEngineAddress(address), 'unix:///run/user/1000/docker.sock')
  })

  it('lets DOCKER_CONTEXT decide before it, and DOCKER_HOST before both', async () => {
    await configure('{ "currentContext": "rootless" }')
    await createContext('other', meta('tcp://127.0.0.1:2375'))
    const environment = { HOME: home, DOCKER_CONTEXT: 'other' }

    assert.equal(readDockerContext(environment)?.host, 'tcp://127.0.0.1:2375')
    const address = readEngineAddress({ ...environment, DOCKER_HOST: 'unix:///a' })
    assert.equal(formatEngineAddress(address), 'unix:///a')
  })

  it('looks where DOCKER_CONFIG says', async () => {
    await configure('{ "currentContext": "a" }')
    await createContext('a', meta('unix:///a'))

    assert.equal(readDockerContext({ HOME: '/nowhere', DOCKER_CONFIG: join(home, '.docker') })?.host, 'unix:///a')
  })

  for (const config of [undefined, '{}', '{ "currentContext": "" }', '{ "currentContext": "default" }']) {
    it(`finds none with the configuration ${config ?? 'that is not there'}`, async () => {
      if (config !== undefined) await configure(config)

      assert.equal(readDockerContext({ HOME: home }), undefined)
      assert.equal(readDockerContext({ HOME: home, DOCKER_CONTEXT: 'default' }), undefined)
    })
  }

  it('says which context is not there, and who names it', async () => {
    await configure('{ "currentContext": "gone" }')

    throws(() => readDockerContext({ HOME: home }), {
      name: 'DockerContextError',
      context: 'gone',
      namedBy: join(home, '.docker/config.json'),
      message: /context "gone", which .*config\.json names: there is no .*meta\.json/,
    })
    throws(() => readDockerContext({ HOME: home, DOCKER_CONTEXT: 'x' }), {
      name: 'DockerContextError',
      message: /context "x", which DOCKER_CONTEXT names/,
    })
  })

  const damaged: readonly (readonly [what: string, config: string, problem: RegExp])[] = [
    ['is not JSON', '{ "auths": "secret', /config\.json: it is not JSON/],
    ['has another form', '{ "currentContext": 7 }', /config\.json: it does not have the form that Docker gives it/],
  ]
  for (const [what, config, problem] of damaged) {
    it(`names a file that ${what}, without its content`, async () => {
      await configure(config)

      assert.throws(
        () => readDockerContext({ HOME: home }),
        (error: Error) => {
          assert.match(told(error), problem)
          assert.doesNotMatch(`${error.message} ${told(error)}`, /secret/)
          assert.equal(error.cause, undefined)
          return true
        },
      )
    })
  }

  it('names an endpoint that has another form', async () => {
    await createContext('kubernetes', '{ "Endpoints": {} }')

    throws(() => readDockerContext({ HOME: home, DOCKER_CONTEXT: 'kubernetes' }), {
      message: /meta\.json: it does not have the form that Docker gives it/,
    })
  })

  it('refuses an engine on another machine by the name of its context', async () => {
    await createContext('remote', meta('ssh://agent:secret@build'))

    throws(() => readEngineAddress({ HOME: home, DOCKER_CONTEXT: 'remote' }), {
      message:
        /^Cannot use the Docker engine at ssh:\/\/build of the context "remote": the engine has to run on the agent/,
    })
  })
})
