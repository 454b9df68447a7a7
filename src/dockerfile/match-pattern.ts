/** A shell's pattern in parts that can be compared one after the other. */
type Pattern = readonly (readonly Unit[])[]

/** A character that stands for itself, or undefined for any one character. */
type Unit = string | undefined

/**
 * Reads a pattern: `*` is any text, `?` any character, and a backslash makes either of them or itself plain; before `/`
 * and `}` it counts for nothing. The answer is what stands between the stars. Undefined for any other backslash.
 */
function parsePattern(pattern: string): Pattern | undefined {
  const parts: Unit[][] = [[]]
  const characters = Array.from(pattern)
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index]
    if (character === '*') {
      parts.push([])
    } else if (character === '\\') {
      const next = characters[++index]
      if (next === undefined || !'*?\\/}'.includes(next)) return undefined
      parts.at(-1)?.push(next)
    } else {
      parts.at(-1)?.push(character === '?' ? undefined : character)
    }
  }
  return parts
}

/** `${X#start}`, `${X##start}`: without the shortest or longest start that matches. Undefined for no pattern. */
export function trimStart(value: string, pattern: string, longest: boolean): string | undefined {
  const parts = parsePattern(pattern)
  if (parts === undefined) return undefined
  const characters = Array.from(value)
  return characters.slice(matchAt(characters, 0, parts, longest) ?? 0).join('')
}

/** `${X%end}`, `${X%%end}`: the same at the end. */
export function trimEnd(value: string, pattern: string, longest: boolean): string | undefined {
  const parts = parsePattern(pattern)
  if (parts === undefined) return undefined
  const mirrored = parts.map((part) => [...part].reverse()).reverse()
  const characters = Array.from(value).reverse()
  return characters
    .slice(matchAt(characters, 0, mirrored, longest) ?? 0)
    .reverse()
    .join('')
}

/** `${X/part/other}` and `${X//part/other}`: with the first match replaced, or each. Undefined for no pattern. */
export function replacePart(
  value: string,
  pattern: string,
  { by, each }: { readonly by: string; readonly each: boolean },
): string | undefined {
  const parts = parsePattern(pattern)
  if (parts === undefined) return undefined
  const characters = Array.from(value)
  let [replaced, position] = ['', 0]
  // An empty match right behind another one is none.
  for (let start = 0, from = -1; start <= characters.length;) {
    const found = find(characters, parts[0] ?? [], start)
    const end = found === undefined ? undefined : matchAt(characters, found, parts, true)
    if (found === undefined || end === undefined) break
    if (end > found || found !== from) {
      replaced += characters.slice(position, found).join('') + by
      position = end
      if (!each) break
    }
    from = end
    start = end > found ? end : found + 1
  }
  return replaced + characters.slice(position).join('')
}

/**
 * Where the shortest or longest match from `start` on ends. Each part takes the first place that it can: what matches
 * behind a later place matches behind an earlier one too, so nothing is ever tried twice.
 */
function matchAt(value: readonly string[], start: number, parts: Pattern, longest: boolean): number | undefined {
  const [first = [], ...others] = parts
  if (!standsAt(value, first, start)) return undefined
  let end = start + first.length
  for (const [index, part] of others.entries()) {
    const isLast = index === others.length - 1
    const found = isLast && longest ? findLast(value, part, end) : find(value, part, end)
    if (found === undefined) return undefined
    end = found + part.length
  }
  return end
}

function find(value: readonly string[], part: readonly Unit[], from: number): number | undefined {
  for (let index = from; index + part.length <= value.length; index++) if (standsAt(value, part, index)) return index
  return undefined
}

function findLast(value: readonly string[], part: readonly Unit[], from: number): number | undefined {
  for (let index = value.length - part.length; index >= from; index--) if (standsAt(value, part, index)) return index
  return undefined
}

function standsAt(value: readonly string[], part: readonly Unit[], index: number): boolean {
  if (index + part.length > value.length) return false
  for (let at = 0; at < part.length; at++) {
    const unit = part[at]
    if (unit !== undefined && value[index + at] !== unit) return false
  }
  return true
}
