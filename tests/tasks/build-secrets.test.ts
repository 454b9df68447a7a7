import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseSecrets, requireMounts } from '../../tasks/build-secrets.ts'
import { aDockerfile } from '../support/builders.ts'
import { throws } from '../support/problems.ts'

const lines = (...texts: string[]) => texts.map((text, index) => ({ text, number: index + 1 }))

describe('parseSecrets', () => {
  let folder: string
  let masked: string[]
  const parse = (...texts: string[]) => parseSecrets(lines(...texts), (secret) => masked.push(secret))
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'build-secrets-'))
  })
  beforeEach(() => {
    masked = []
  })
  after(() => rm(folder, { recursive: true }))

  async function fileOf(content: string | Buffer): Promise<string> {
    const file = join(folder, 'secret')
    await writeFile(file, content)
    return file
  }

  it('masks a secret before it refuses its line', () => {
    throws(() => parse('a b=geheim'), { name: 'InvalidValue' })

    assert.ok(masked.includes('geheim'))
  })

  it('takes a value of several lines from a file, byte for byte', async () => {
    const npmrc = 'registry=https://npm.example/\r\nalways-auth=true\n//npm.example/:_authToken=geheim\n\n'

    assert.deepEqual(parse(`npmrc=file:${await fileOf(npmrc)}`), { npmrc })
    assert.deepEqual(masked, [npmrc])
  })

  it('says how to give a value of several lines', () => {
    throws(() => parse('pem=-----BEGIN KEY-----', 'c2VjcmV0c2VjcmV0'), {
      line: 2,
      reason: 'is not a secret',
      rule: 'Write it as id=$(secretVariable), and a value of several lines as id=file:<path of a file that holds it>',
    })
    assert.ok(masked.includes('c2VjcmV0c2VjcmV0'))
  })

  const unusable: readonly [what: string, content: string | Buffer, reason: RegExp][] = [
    ['nothing', '', /less than 4 characters/],
    ['blanks alone', ' \n \n  ', /less than 4 characters/],
    ['bytes that are no text', Buffer.from([0x30, 0x82, 0xff, 0xfe, 0x10]), /not text in UTF-8/],
    ['more than the builder takes', 'x'.repeat(500 * 1024 + 1), /more than 500 KB/],
  ]
  for (const [what, content, reason] of unusable) {
    it(`refuses a file of ${what}`, async () => {
      const file = await fileOf(content)

      throws(() => parse('first=geheim', `other=file:${file}`), { line: 2, message: reason })
    })
  }

  it('refuses a file that is not there, without its name', () => {
    throws(() => parse('a=file:/no/such/file'), { reason: 'names a file that cannot be read (ENOENT)' })
  })
})

describe('requireMounts', () => {
  const check = (secrets: Record<string, string>, text: string) => {
    requireMounts('buildSecrets', secrets, aDockerfile(text, '/image/Dockerfile'))
  }
  const mounting = (...mounts: string[]) => `FROM a\n${mounts.map((mount) => `RUN --mount=${mount} true`).join('\n')}\n`

  const asking: readonly string[] = [
    'type=secret,id=feed',
    'id=feed,type=SECRET,required=true',
    'type=secret,source=feed,id=other',
    'type=secret,src=feed',
    'type=secret,target=/root/feed',
    'type=secret,id=feed,env=FEED',
    'type=secret,id=${NAME}',
  ]
  for (const mount of asking) {
    it(`finds the id in ${mount}`, () => {
      check({ feed: 'geheim' }, mounting('type=cache,id=cache,target=/cache', mount))
    })
  }

  it('finds the id in any stage, and where a later build runs it', () => {
    check(
      { a: 'geheim', b: 'geheim' },
      `${mounting('type=secret,id=a')}FROM b\nONBUILD RUN --mount=type=secret,id=b true`,
    )
  })

  it('lets secrets pass that the builder itself reads, and a file that another reader reads', () => {
    check({ 'GIT_AUTH_TOKEN.github.com': 'geheim' }, 'FROM a')
    check({ feed: 'geheim' }, '# syntax=example/other:1\nFROM a')
  })

  it('refuses the lines of a value that look like secrets of their own, and shows none of them', () => {
    const secrets = parseSecrets(
      lines('npmrc=registry=https://npm.example/', 'always-auth=true', '_auth=geheim'),
      () => undefined,
    )

    throws(
      () => {
        check(secrets, mounting('type=secret,id=npmrc', 'type=secret,id=feed'))
      },
      {
        field: 'buildSecrets',
        reason: 'has 2 ids that /image/Dockerfile does not ask for: its RUN --mount=type=secret names feed, npmrc',
      },
    )
  })

  it('refuses a secret for a Dockerfile that mounts none', () => {
    throws(
      () => {
        check({ feed: 'geheim' }, 'FROM a\nRUN --mount=type=cache,id=feed,target=/x true')
      },
      { reason: 'has an id that /image/Dockerfile does not ask for: its RUN --mount=type=secret names no secret' },
    )
  })
})
