import * as v from 'valibot'
import { InvalidValue } from '../model/invalid-value.ts'
import { parseJson } from '../model/parse-json.ts'

/** The last day of support, `2028-11-14`, of each version of .NET, `10.0`. */
export type SupportDates = ReadonlyMap<string, string>

/**
 * Microsoft's dates, as of December 2026: `eol-date` in
 * https://github.com/dotnet/core/blob/main/release-notes/releases-index.json; that of 11.0 is in
 * https://github.com/dotnet/core/blob/main/release-notes/11.0/README.md.
 */
export const supportDates: SupportDates = new Map([
  ['11.0', '2028-11-09'],
  ['10.0', '2028-11-14'],
  ['9.0', '2026-11-10'],
  ['8.0', '2026-11-10'],
  ['7.0', '2024-05-14'],
  ['6.0', '2024-11-12'],
  ['5.0', '2022-05-10'],
  ['3.1', '2022-12-13'],
  ['3.0', '2020-03-03'],
  ['2.2', '2019-12-23'],
  ['2.1', '2021-08-21'],
  ['2.0', '2018-10-01'],
  ['1.1', '2019-06-27'],
  ['1.0', '2019-06-27'],
])

/** The part of Microsoft's releases-index.json that counts here. */
const releasesIndex = v.object({
  'releases-index': v.array(
    v.object({ 'channel-version': v.optional(v.unknown()), 'eol-date': v.optional(v.unknown()) }),
  ),
})

const rule = 'Write {"10.0": "2028-11-14"}, or give a copy of Microsoft\'s releases-index.json'

/**
 * Reads dates of support: `{"10.0": "2028-11-14"}`, or Microsoft's releases-index.json as it is. A version without a date
 * in the index is left out. Throws InvalidValue.
 */
export function parseSupportDates(text: string): SupportDates {
  const json = parseJson(text.replace(/^\uFEFF/, ''))
  if (json === undefined) throw new InvalidValue('is not JSON', rule)
  const dates = readEntries(json).map(([version, date]) => [parseVersion(version), parseDate(version, date)] as const)
  if (dates.length === 0) throw new InvalidValue('has no date', rule)
  return new Map(dates)
}

function readEntries(json: unknown): (readonly [version: unknown, date: unknown])[] {
  if (v.is(releasesIndex, json)) {
    return json['releases-index']
      .filter((entry) => (entry['eol-date'] ?? undefined) !== undefined)
      .map((entry) => [entry['channel-version'], entry['eol-date']])
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new InvalidValue('is not a list of versions and dates', rule)
  }
  return Object.entries(json)
}

function parseVersion(version: unknown): string {
  if (typeof version === 'string' && /^\d{1,3}\.\d{1,3}$/.test(version)) return version
  throw new InvalidValue(`has ${quote(version)}, which is not a version such as 10.0`, rule)
}

function parseDate(version: unknown, date: unknown): string {
  if (typeof date === 'string' && isDay(date)) return date
  throw new InvalidValue(`has ${quote(date)} for ${quote(version)}, which is not a day such as 2028-11-14`, rule)
}

/** Whether the calendar has this day; `2027-02-29` is not one. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text
}

function quote(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80)
}
