import { InvalidValue } from '../model/invalid-value.ts'

/** HTTP statuses from one to the other, both included; at least one range counts. */
export type ExpectedStatus = readonly { readonly from: number; readonly to: number }[]

/** Reads `200`, `200-299` and lists of both, separated by commas or spaces; throws InvalidValue. */
export function parseExpectedStatus(text: string): ExpectedStatus {
  const entries = text
    .replaceAll(/\s*-\s*/g, '-')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
  const ranges = entries.map((entry) => {
    const [, from, to = from] = /^(\d{3})(?:-(\d{3}))?$/.exec(entry) ?? []
    return { from: Number(from), to: Number(to) }
  })
  const isValid = ({ from, to }: { from: number; to: number }) => lowest <= from && from <= to && to <= highest
  if (ranges.length > 0 && ranges.every(isValid)) return ranges
  throw new InvalidValue(
    `is "${text}"`,
    `Give statuses from ${String(lowest)} to ${String(highest)}, such as 200, 200-299 or 200, 204`,
  )
}

/** `200`, `200-299, 404`. */
export function formatExpectedStatus(expected: ExpectedStatus): string {
  return expected.map(({ from, to }) => (from === to ? String(from) : `${String(from)}-${String(to)}`)).join(', ')
}

export function isExpected(status: number, expected: ExpectedStatus): boolean {
  return expected.some(({ from, to }) => from <= status && status <= to)
}

// What is below only announces the answer to come.
const lowest = 200
const highest = 599
