import assert from 'node:assert/strict'
import { parseSupportDates, supportDates } from '../../src/check/support-dates.ts'
import { throws } from '../support/problems.ts'

describe('supportDates', () => {
  it('holds only what a file may hold', () => {
    assert.deepEqual(parseSupportDates(JSON.stringify(Object.fromEntries(supportDates))), supportDates)
  })
})

describe('parseSupportDates', () => {
  it('reads versions and days', () => {
    assert.deepEqual(
      parseSupportDates('{"8.0": "2029-11-10", "10.0": "2028-02-29"}'),
      new Map([
        ['8.0', '2029-11-10'],
        ['10.0', '2028-02-29'],
      ]),
    )
  })

  it("reads Microsoft's index, without versions that have no date yet", () => {
    const index = {
      $schema: 'https://json.schemastore.org/dotnet-releases-index.json',
      'releases-index': [
        { 'channel-version': '12.0', 'support-phase': 'preview' },
        { 'channel-version': '11.0', 'support-phase': 'preview', 'eol-date': null },
        { 'channel-version': '10.0', 'support-phase': 'active', 'eol-date': '2028-11-14' },
      ],
    }

    assert.deepEqual(parseSupportDates(JSON.stringify(index)), new Map([['10.0', '2028-11-14']]))
  })

  it('reads a file with a byte order mark', () => {
    assert.deepEqual(parseSupportDates('\uFEFF{"10.0": "2028-11-14"}'), new Map([['10.0', '2028-11-14']]))
  })

  const bad: readonly (readonly [text: string, reason: RegExp])[] = [
    ['', /is not JSON/],
    ['10.0: 2028-11-14', /is not JSON/],
    ['[]', /is not a list of versions and dates/],
    ['null', /is not a list of versions and dates/],
    ['"10.0"', /is not a list of versions and dates/],
    ['{}', /has no date/],
    ['{"releases-index": []}', /has no date/],
    ['{"releases-index": {}}', /has "releases-index", which is not a version such as 10\.0/],
    ['{"net8.0": "2026-11-10"}', /has "net8\.0", which is not a version such as 10\.0/],
    ['{"8": "2026-11-10"}', /has "8", which is not a version/],
    ['{"8.0.1": "2026-11-10"}', /has "8\.0\.1", which is not a version/],
    ['{"releases-index": [{"channel-version": 8, "eol-date": "2026-11-10"}]}', /has 8, which is not a version/],
    ['{"releases-index": [{"eol-date": "2026-11-10"}]}', /has nothing, which is not a version/],
    ['{"8.0": "2026-11-31"}', /has "2026-11-31" for "8\.0", which is not a day such as 2028-11-14/],
    ['{"8.0": "2027-02-29"}', /has "2027-02-29" for "8\.0"/],
    ['{"8.0": "10.11.2026"}', /has "10\.11\.2026" for "8\.0"/],
    ['{"8.0": "2026-11-10T00:00:00Z"}', /has "2026-11-10T00:00:00Z" for "8\.0"/],
    ['{"8.0": ""}', /has "" for "8\.0"/],
    ['{"8.0": null}', /has null for "8\.0"/],
    ['{"8.0": {"eol": "2026-11-10"}}', /has \{"eol":"2026-11-10"\} for "8\.0"/],
  ]
  for (const [text, reason] of bad) {
    it(`refuses ${text === '' ? 'an empty file' : text}`, () => {
      throws(() => parseSupportDates(text), { message: reason })
    })
  }
})
