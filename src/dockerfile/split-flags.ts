import type { Character, Escape, Flag } from './parsed-dockerfile.ts'
import { isSpace } from './spaces.ts'

interface Word {
  readonly text: string
  readonly characters: readonly Character[]
  readonly end: number
}

/**
 * Takes the flags off the start of an instruction's arguments, which stand from `start` to before `end` in `text`. They
 * end at the first word that does not begin with two dashes, and at `--` itself. `rest` is the index of what follows.
 */
export function splitFlags(
  text: string,
  { start, end, escape }: { readonly start: number; readonly end: number; readonly escape: Escape },
): { readonly flags: readonly Flag[]; readonly rest: number } {
  const flags: Flag[] = []
  let index = start
  for (;;) {
    while (index < end && isSpace(text[index])) index++
    if (index === end || !text.startsWith('--', index) || index + 1 === end) return { flags, rest: index }
    const word = readWord(text, index, end, escape)
    index = word.end
    if (word.text === '--') return { flags, rest: index }
    flags.push(toFlag(word))
  }
}

/** Unlike a shell, the builder takes an escape for one inside single quotes as well. */
function readWord(text: string, start: number, end: number, escape: Escape): Word {
  const characters: Character[] = []
  let [word, quote, index] = ['', -1, start]
  for (; index < end; index++) {
    const character = text.charAt(index)
    if (quote === -1 && isSpace(character)) break
    if (quote === -1 ? character === '"' || character === "'" : character === text[quote]) {
      quote = quote === -1 ? index : -1
      continue
    }
    const first = index
    if (character === escape && ++index === end) break
    word += text.charAt(index)
    characters.push({ start: first, end: index + 1, quote })
  }
  return { text: word, characters, end: index }
}

function toFlag({ text, characters }: Word): Flag {
  const equals = text.indexOf('=')
  if (equals === -1) return { name: text.slice(2), characters: [] }
  return { name: text.slice(2, equals), value: text.slice(equals + 1), characters: characters.slice(equals + 1) }
}
