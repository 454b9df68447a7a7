import assert from 'node:assert/strict'
import fc from 'fast-check'
import { openAddress } from '../../src/model/open-address.ts'

describe('openAddress', () => {
  const rows: readonly (readonly [address: string, shown: string | undefined])[] = [
    ['https://dev.azure.com/org/p/_git/r', 'https://dev.azure.com/org/p/_git/r'],
    ['https://org@dev.azure.com/org/p/_git/r', 'https://dev.azure.com/org/p/_git/r'],
    ['HTTPS://u:pw@h/r', 'https://h/r'],
    ['ssh://git:pw@h/r', 'ssh://h/r'],
    ['ssh://git:pw@h:22/r', 'ssh://h:22/r'],
    ['https://h/r?token=pw', 'https://h/r'],
    ['https://h/r#pw', 'https://h/r'],
    ['https://user:p@ss@h/r', 'https://h/r'],
    ['https://u:p?w@h/r', undefined],
    ['https://u:p/w@h/r', undefined],
    ['git@github.com:o/r.git', 'github.com:o/r.git'],
    ['user:pw@host:r?token=pw', 'host:r'],
    ['/srv/git/r', '/srv/git/r'],
    ['', ''],
  ]
  for (const [address, shown] of rows) {
    it(`shows ${shown ?? 'nothing'} of ${address === '' ? 'no address' : address}`, () => {
      assert.equal(openAddress(address), shown)
    })
  }

  it('shows no password, whatever it holds', () => {
    const scheme = fc.constantFrom('https://', 'HTTP://', 'ssh://', 'git+ssh://', 'ftp://', '')
    const password = fc.string({ minLength: 1 }).map((text) => `geheim${text.replaceAll(/[/\\]/g, '')}geheim`)
    fc.assert(
      fc.property(scheme, password, (before, secret) => {
        assert.doesNotMatch(openAddress(`${before}user:${secret}@host/path?token=geheim`) ?? '', /geheim/i)
      }),
    )
  })
})
