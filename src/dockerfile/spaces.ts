/** What Go calls a space; JavaScript's `\s` has a byte order mark in it and lacks U+0085. */
const space = /[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/

/** What separates the words of an instruction. */
export const separator = /[\t\v\f\r ]+/

export function isSpace(character: string | undefined): boolean {
  if (character === undefined) return false
  const isPlain = character > ' ' && character < '\u0085'
  return !isPlain && space.test(character)
}

/** The index of the first character from `start` on that is no space, or `end`. */
export function skipSpaces(text: string, start: number, end: number): number {
  let index = start
  while (index < end && isSpace(text[index])) index++
  return index
}

/** The index behind the last character before `end` that is no space, or `start`. */
export function trimSpaces(text: string, start: number, end: number): number {
  let index = end
  while (index > start && isSpace(text[index - 1])) index--
  return index
}
