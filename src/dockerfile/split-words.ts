import type { Escape } from './parsed-dockerfile.ts'
import { isSpace } from './spaces.ts'

/**
 * Splits the arguments of ARG, ENV and LABEL at the spaces outside of quotes and escapes, which stay in the words.
 * https://github.com/moby/buildkit/blob/master/frontend/dockerfile/parser/line_parsers.go
 */
export function splitWords(text: string, escape: Escape): string[] {
  const words: string[] = []
  let [word, quote] = ['', '']
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (quote === '' && isSpace(character)) {
      if (word !== '') words.push(word)
      word = ''
      continue
    }
    if (character === escape && quote !== "'") {
      // At the very end it counts for nothing.
      if (index + 1 < text.length) word += character + text.charAt(++index)
      continue
    }
    if (quote === '' ? character === '"' || character === "'" : character === quote) {
      quote = quote === '' ? character : ''
    }
    word += character
  }
  return word === '' ? words : [...words, word]
}
