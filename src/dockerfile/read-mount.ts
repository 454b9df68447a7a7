/** What `RUN --mount=` says, as far as it matters where its files come from. */
export interface Mount {
  /** In lower case; `bind` where nothing else is said. */
  readonly type: string
  readonly from?: { readonly value: string; readonly start: number; readonly end: number }
}

/**
 * Reads the value of a mount: fields between commas, keys in any case. Of equal keys the last one counts.
 * https://docs.docker.com/reference/dockerfile/#run---mount
 */
export function readMount(value: string): Mount {
  let type = 'bind'
  let from: Mount['from']
  let start = 0
  for (const field of value.split(',')) {
    const equals = field.indexOf('=')
    const key = field.slice(0, Math.max(equals, 0)).toLowerCase()
    if (key === 'type') type = field.slice(equals + 1).toLowerCase()
    if (key === 'from') from = { value: field.slice(equals + 1), start: start + equals + 1, end: start + field.length }
    start += field.length + 1
  }
  return { type, ...(from && { from }) }
}

/** All fields of a mount by their keys in lower case. Of equal keys the last one counts. */
export function mountFields(value: string): ReadonlyMap<string, string> {
  return new Map(
    value.split(',').map((field) => {
      const [, key = field, text = ''] = /^([^=]*)=(.*)$/s.exec(field) ?? []
      return [key.toLowerCase(), text]
    }),
  )
}
