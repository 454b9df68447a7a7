import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dockerConfigCredentials } from '../../src/registry/docker-config.ts'
import { rejects, told } from '../support/problems.ts'

const auth = (text: string) => Buffer.from(text).toString('base64')

describe('dockerConfigCredentials', () => {
  let folder: string
  let masked: string[]
  let debugged: string[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docker-config-'))
    masked = []
    debugged = []
  })
  afterEach(() => rm(folder, { recursive: true }))

  /** Asks with this configuration in the folder that `DOCKER_CONFIG` names; `PATH` is the same folder. */
  async function find(registry: string, config?: object | string, environment: Record<string, string> = {}) {
    const text = typeof config === 'string' ? config : JSON.stringify(config)
    if (config !== undefined) await writeFile(join(folder, 'config.json'), text)
    return dockerConfigCredentials({
      environment: { DOCKER_CONFIG: folder, PATH: `${folder}:/usr/bin:/bin`, ...environment },
      mask: (secret) => masked.push(secret),
      debug: (line) => debugged.push(line),
    })(registry)
  }

  /** Puts a credential helper into the folder: a shell script, which finds the server that it is asked for in `$server`. */
  async function install(name: string, script: string): Promise<void> {
    const file = join(folder, `docker-credential-${name}`)
    await writeFile(file, `#!/bin/sh\n[ "$*" = get ] || exit 64\nserver=$(cat)\n${script}\n`)
    await chmod(file, 0o755)
  }

  const rows: readonly (readonly [what: string, registry: string, auths: object, username: string | undefined])[] = [
    ['by its name', 'registry.example', { 'registry.example': { auth: auth('reader:secret') } }, 'reader'],
    ['with its port', 'localhost:5000', { 'localhost:5000': { auth: auth('reader:secret') } }, 'reader'],
    ['by an address', 'registry.example', { 'https://registry.example/v1/': { auth: auth('r:secret') } }, 'r'],
    ['of Docker Hub', 'docker.io', { 'https://index.docker.io/v1/': { auth: auth('hub:secret') } }, 'hub'],
    ['of Docker Hub by its short name', 'docker.io', { 'docker.io': { auth: auth('hub:secret') } }, 'hub'],
    [
      'exactly, before one by an address',
      'a.example',
      { 'http://a.example': { auth: auth('b:secret') }, 'a.example': { auth: auth('a:secret') } },
      'a',
    ],
    ['not for another port', 'registry.example:5000', { 'registry.example': { auth: auth('r:secret') } }, undefined],
    ['not for another registry', 'other.example', { 'registry.example': { auth: auth('r:secret') } }, undefined],
    ['not where a helper keeps them', 'registry.example', { 'registry.example': {} }, undefined],
    ['not without entries', 'registry.example', {}, undefined],
  ]
  for (const [what, registry, auths, username] of rows) {
    it(`finds a registry ${what}`, async () => {
      const found = await find(registry, { auths })

      assert.deepEqual(found, username === undefined ? undefined : { username, password: 'secret' })
    })
  }

  it('splits at the first colon, and masks entry and password', async () => {
    const entry = auth('AWS:pass:word\0')

    const found = await find('registry.example', { auths: { 'registry.example': { auth: entry } } })

    assert.deepEqual(found, { username: 'AWS', password: 'pass:word' })
    assert.deepEqual(masked, [entry, 'pass:word'])
  })

  it('finds nothing without a file', async () => {
    assert.equal(await find('registry.example'), undefined)
    assert.equal(await find('registry.example', undefined, { DOCKER_CONFIG: join(folder, 'none') }), undefined)
  })

  it('looks in the home folder where DOCKER_CONFIG is empty', async () => {
    await mkdir(join(folder, '.docker'))
    const config = JSON.stringify({ auths: { 'registry.example': { auth: auth('home:secret') } } })
    await writeFile(join(folder, '.docker', 'config.json'), config)

    const found = await find('registry.example', undefined, { DOCKER_CONFIG: '', HOME: folder })

    assert.equal(found?.username, 'home')
  })

  const damages: readonly (readonly [what: string, config: object | string, problem: RegExp])[] = [
    [
      'no JSON',
      '{"auths": {"registry.example": {"auth": "c2VjcmV0',
      /config\.json: it is not JSON\. Correct it on the agent/,
    ],
    ['empty', '', /config\.json: it is not JSON\. Correct it on the agent/],
    ['of another form', { auths: ['c2VjcmV0'] }, /: it does not have the form that Docker gives it\. Correct/],
    [
      'with a damaged entry',
      { auths: { 'registry.example': { auth: 'c2VjcmV0' } } },
      /: its entry for registry\.example is damaged\. Correct/,
    ],
    ['with a bad name of a helper', { credsStore: '../c2VjcmV0' }, /that is not the name of a program/],
  ]
  for (const [what, config, problem] of damages) {
    it(`names a file that is ${what}, and nothing that is in it`, async () => {
      await assert.rejects(find('registry.example', config), (error: Error) => {
        assert.match(told(error), problem)
        assert.ok(told(error).includes(join(folder, 'config.json')))
        assert.equal(error.cause, undefined)
        assert.ok(what.includes('helper') || ![told(error), error.message].some((text) => text.includes('c2VjcmV0')))
        return true
      })
    })
  }

  it('names a file that cannot be read', async () => {
    await mkdir(join(folder, 'config.json'))

    await rejects(find('registry.example'), {
      message: /^Cannot read Docker's configuration .*config\.json: EISDIR\./,
    })
  })

  it('takes no identity token, and says so for debug', async () => {
    const config = { auths: { 'registry.example': { auth: auth('reader:'), identitytoken: 'secret' } } }

    assert.equal(await find('registry.example', config), undefined)
    assert.match(debugged.join(), /has an identity token for registry\.example, which is not supported/)
    assert.deepEqual(masked, ['secret'])
  })

  describe('with a credential helper', () => {
    const answer = `printf '{"ServerURL":"%s","Username":"reader","Secret":"secret of %s"}' "$server" "$server"`

    it('asks the one that keeps everything', async () => {
      await install('store', answer)

      const found = await find('registry.example', { credsStore: 'store', auths: { 'registry.example': {} } })

      assert.deepEqual(found, { username: 'reader', password: 'secret of registry.example' })
      assert.deepEqual(masked, ['secret of registry.example'])
    })

    it('prefers the one for the registry', async () => {
      await install('store', 'exit 1')
      await install('own', answer)
      const config = { credsStore: 'store', credHelpers: { 'registry.example': 'own' } }

      assert.equal((await find('registry.example', config))?.password, 'secret of registry.example')
    })

    it('asks by the address of Docker Hub', async () => {
      await install('store', answer)

      const found = await find('docker.io', { credsStore: 'store' })

      assert.equal(found?.password, 'secret of https://index.docker.io/v1/')
    })

    const nothing: readonly (readonly [what: string, script: string])[] = [
      ['has none', 'echo credentials not found in native keychain; exit 1'],
      ['has an empty one', `echo '{"ServerURL":"","Username":"","Secret":""}'`],
      ['has an identity token', `echo '{"ServerURL":"","Username":"<token>","Secret":"secret"}'`],
    ]
    for (const [what, script] of nothing) {
      it(`finds nothing where it ${what}`, async () => {
        await install('store', script)

        assert.equal(await find('registry.example', { credsStore: 'store' }), undefined)
        assert.equal(debugged.length, what.includes('token') ? 1 : 0)
      })
    }

    const failures: readonly (readonly [what: string, script: string | undefined, problem: RegExp])[] = [
      ['is not there', undefined, /it is not on the PATH of the agent\./],
      ['fails', 'echo c2VjcmV0; echo c2VjcmV0 >&2; exit 3', /it ended with exit code 3\./],
      ['answers with no JSON', 'echo c2VjcmV0', /its answer does not have the form that Docker expects\./],
      [
        'answers with other JSON',
        `echo '{"Secret":"c2VjcmV0"}'`,
        /its answer does not have the form that Docker expects\./,
      ],
    ]
    for (const [what, script, problem] of failures) {
      it(`names the one that ${what}, and nothing that it printed`, async () => {
        if (script !== undefined) await install('store', script)

        await assert.rejects(find('registry.example', { credsStore: 'store' }), (error: Error) => {
          assert.match(
            told(error),
            /^Cannot ask docker-credential-store for the credentials of registry\.example: .*config\.json names it\.$/,
          )
          assert.match(told(error), problem)
          assert.ok(![told(error), error.message].some((text) => text.includes('c2VjcmV0')))
          return true
        })
      })
    }
  })
})
