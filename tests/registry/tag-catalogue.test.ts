import assert from 'node:assert/strict'
import { httpClient } from '../../src/http/http-client.ts'
import { digestOf } from '../../src/model/digest.ts'
import type { FailureKind } from '../../src/model/failure-kind.ts'
import { parseReference, type Reference, withDigest } from '../../src/model/reference.ts'
import { type CatalogueFault, tagCatalogue, TagCatalogueError } from '../../src/registry/tag-catalogue.ts'
import { amd64, arm64, aspnet } from '../support/builders.ts'
import { type Answer, type LoopbackServer, type Reaction, startServer } from '../support/loopback-server.ts'
import { rejects, told } from '../support/problems.ts'

interface Row {
  readonly name?: unknown
  readonly lastModifiedDate?: unknown
  readonly architecture?: unknown
  readonly operatingSystem?: unknown
}

/** A row as the catalogue gives it, with more in it than is needed. */
function aRow(overrides: Row = {}): Row {
  return {
    name: '10.0',
    digest: digestOf('a'),
    size: 92_000_000,
    createdDate: '2025-11-11T18:00:00Z',
    lastModifiedDate: '2026-03-10T17:05:12.1234567Z',
    architecture: 'amd64',
    operatingSystem: 'linux',
    osVersion: '',
    ...overrides,
  } as Row
}

describe('tagCatalogue', () => {
  let server: LoopbackServer
  let reaction: Reaction
  let base: Reference
  let address: string

  before(async () => {
    server = await startServer(() => reaction)
    base = parseReference(`${server.host}/dotnet/aspnet:10.0`)
    address = `${server.url}/api/v1/catalog/dotnet/aspnet/tags`
  })
  after(() => server.stop())

  const list = (...rows: unknown[]): Answer => ({ body: JSON.stringify(rows) })
  const movedAt = (reference = base, platform = amd64) => tagCatalogue(httpClient()).movedAt(reference, platform)

  it('reads the list of the repository by one GET request', async () => {
    reaction = list(aRow())
    const before = server.requests.length

    await movedAt()

    const asked = server.requests.slice(before).map(({ method, path }) => ({ method, path }))
    assert.deepEqual(asked, [{ method: 'GET', path: '/api/v1/catalog/dotnet/aspnet/tags' }])
  })

  it('asks the registry of the base over https', async () => {
    const urls: string[] = []
    const catalogue = tagCatalogue(({ url }) => {
      urls.push(url)
      return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(JSON.stringify([aRow()])) })
    })

    await catalogue.movedAt(aspnet, amd64)

    assert.deepEqual(urls, ['https://mcr.microsoft.com/api/v1/catalog/dotnet/aspnet/tags'])
  })

  const moved = '2026-03-10T17:05:12.123Z'
  const later = '2026-04-01T00:00:00Z'
  const rows: readonly (readonly [what: string, answer: Answer, instant: string])[] = [
    ['the date of the one row', list(aRow()), moved],
    ['a date without zone as UTC', list(aRow({ lastModifiedDate: '2026-03-10T17:05:12.1234567' })), moved],
    ['a date with an offset', list(aRow({ lastModifiedDate: '2026-03-10T18:05:12.123+01:00' })), moved],
    [
      'the tag that is named, not one that starts like it',
      list(
        aRow({ name: '10.0-noble', lastModifiedDate: later }),
        aRow(),
        aRow({ name: '10.0.1', lastModifiedDate: later }),
      ),
      moved,
    ],
    ['the row of the architecture', list(aRow({ architecture: 'arm64', lastModifiedDate: later }), aRow()), moved],
    [
      'the row of the operating system',
      list(aRow(), aRow({ operatingSystem: 'windows', lastModifiedDate: later })),
      moved,
    ],
    [
      'names in any case',
      list(
        aRow({ architecture: 'AMD64', operatingSystem: 'Linux' }),
        aRow({ architecture: 'ARM64', lastModifiedDate: later }),
      ),
      moved,
    ],
    [
      'the row of the architecture where no operating system is named',
      list(aRow({ operatingSystem: '' }), aRow({ architecture: 'arm64', lastModifiedDate: later })),
      moved,
    ],
    [
      'the newest row of the architecture',
      list(
        aRow({ lastModifiedDate: '2026-01-01T00:00:00Z' }),
        aRow(),
        aRow({ lastModifiedDate: '2026-02-01T00:00:00Z' }),
      ),
      moved,
    ],
    ['the newest row by its instant', list(aRow({ lastModifiedDate: '2026-03-10T18:30:00+09:00' }), aRow()), moved],
    [
      'the newest row of the tag where none is of the platform',
      list(aRow({ architecture: 'arm64' }), aRow({ architecture: 'arm', lastModifiedDate: '2026-01-01T00:00:00Z' })),
      moved,
    ],
    [
      'the newest row of the tag where rows name no architecture',
      list(aRow({ architecture: null, lastModifiedDate: '2026-01-01T00:00:00Z' }), {
        name: '10.0',
        lastModifiedDate: moved,
      }),
      moved,
    ],
    [
      'a tag among rows of other tags that are not understood',
      list(17, null, { name: 'x' }, { name: '9.0', lastModifiedDate: 'soon' }, aRow()),
      moved,
    ],
  ]
  for (const [what, answer, instant] of rows) {
    it(`takes ${what}`, async () => {
      reaction = answer

      assert.deepEqual(await movedAt(), new Date(instant))
    })
  }

  it('takes the row of an architecture that has an implied variant', async () => {
    reaction = list(aRow(), aRow({ architecture: 'arm64', lastModifiedDate: later }))

    assert.deepEqual(await movedAt(base, { ...arm64, variant: 'v8' }), new Date(later))
  })

  it('takes the tag "latest" where none is written', async () => {
    reaction = list(aRow({ lastModifiedDate: later }), aRow({ name: 'latest' }))

    assert.deepEqual(await movedAt(parseReference(`${server.host}/dotnet/aspnet`)), new Date(moved))
  })

  it('reads a list of 20,000 rows', async () => {
    const others = Array.from({ length: 20_000 }, (_, index) => aRow({ name: `8.0.${String(index)}` }))
    reaction = list(...others, aRow())

    assert.deepEqual(await movedAt(), new Date(moved))
  })

  const noList = /the answer is not a list of tags\. Check the agent's network for a proxy that answers instead/
  const noDate = /the lastModifiedDate of the tag "10\.0" cannot be understood/
  const noTag = { what: 'no-tag', tag: '10.0' } as const
  const notAList = { what: 'not-a-list' } as const
  const badDate = { what: 'bad-row', tag: '10.0', field: 'lastModifiedDate' } as const
  const refused = (status: number) => ({ what: 'refused', status }) as const
  const failures: readonly (readonly [
    what: string,
    answer: Reaction,
    says: RegExp,
    fault: CatalogueFault | { readonly what: 'unreachable' },
    kind?: FailureKind,
  ])[] = [
    ['a tag that is not there', list(aRow({ name: '9.0' })), /it has no tag "10\.0"\. Check the FROM/, noTag],
    ['an empty list', list(), /it has no tag "10\.0"/, noTag],
    ['a page of HTML', { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }, noList, notAList],
    ['junk', { body: 'junk' }, noList, notAList],
    ['nothing', {}, noList, notAList],
    ['a list that is cut off', { body: JSON.stringify([aRow()]).slice(0, -20) }, noList, notAList],
    ['JSON that is no list', { body: '{"tags":[]}' }, noList, notAList],
    ['a row without date', list(aRow({ lastModifiedDate: undefined })), noDate, badDate],
    ['a row whose date is none', list(aRow(), aRow({ lastModifiedDate: 'soon' })), noDate, badDate],
    ['a row whose date is impossible', list(aRow({ lastModifiedDate: '2026-13-45T99:00:00Z' })), noDate, badDate],
    ['a row with only a day', list(aRow({ lastModifiedDate: '2026-03-10' })), noDate, badDate],
    ['a row whose date is a number', list(aRow({ lastModifiedDate: 1_773_162_312 })), noDate, badDate],
    [
      'a list of more than 10 MB',
      { body: Buffer.alloc(10 * 1024 * 1024 + 1, ' ') },
      /the answer has more than 10 MiB, which no list of tags needs/,
      { what: 'too-large', maxBytes: 10 * 2 ** 20 },
    ],
    ['401', { status: 401 }, /: 401\. The catalogue is open to everybody/, refused(401)],
    ['403', { status: 403 }, /: 403\. The catalogue is open to everybody/, refused(403)],
    ['404', { status: 404, body: '[]' }, /: 404\. There is no such repository/, refused(404)],
    ['429', { status: 429 }, /: 429\. The catalogue wants fewer requests/, refused(429), 'outage'],
    ['500', { status: 500, body: '[]' }, /: 500\. Run again later/, refused(500), 'outage'],
    ['503', { status: 503, body: '<html>' }, /: 503\. Run again later/, refused(503), 'outage'],
    ['204', { status: 204 }, /: 204\. /, refused(204)],
    [
      'a connection that is cut',
      'reset',
      /does not answer \(ECONNRESET\)\. Check the agent's network/,
      { what: 'unreachable' },
      'outage',
    ],
  ]
  for (const [what, answer, says, fault, kind = 'refusal'] of failures) {
    it(`fails with the address on ${what}`, async () => {
      reaction = answer

      await assert.rejects(movedAt(), (error) => {
        assert.ok(error instanceof TagCatalogueError)
        assert.ok(told(error).startsWith(`Cannot read ${address}: `), told(error))
        assert.match(told(error), says)
        assert.deepEqual(error.fault.what === 'unreachable' ? { what: error.fault.what } : error.fault, fault)
        assert.equal(error.kind, kind)
        return true
      })
    })
  }

  it('fails for a digest, which has no date', async () => {
    await rejects(movedAt(withDigest(base, digestOf('a'))), {
      message: /it dates tags, and sha256:\w+ never moves/,
    })
  })

  it('ends with the reason of the signal that cancels the request', async () => {
    reaction = 'silence'
    const cancel = new AbortController()
    const reading = tagCatalogue(httpClient({ signal: cancel.signal })).movedAt(base, amd64)

    cancel.abort(new Error('cancelled by the user'))

    await assert.rejects(reading, { message: 'cancelled by the user' })
  })
})
