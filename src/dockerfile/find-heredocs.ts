import { ExpansionError, shellWords } from './expand-variables.ts'
import type { Heredoc } from './parsed-dockerfile.ts'

/**
 * The heredocs that an instruction starts, in order. The builder looks at the words of a shell, so that quotes and
 * escapes count; where one does not close, there are no heredocs.
 * https://docs.docker.com/reference/dockerfile/#here-documents
 */
export function findHeredocs(instruction: string): Heredoc[] {
  if (!instruction.includes('<<')) return []
  return wordsOf(instruction, true).flatMap((word) => parseHeredoc(word) ?? [])
}

/** Reads a word as the start of a heredoc; undefined where it is none. */
export function parseHeredoc(word: string): Heredoc | undefined {
  const [, dash = '', gap = '', written] = /^\d*<<(-?)(\s*)([^<]*)$/.exec(word) ?? []
  if (written === undefined) return undefined
  const [name, ...others] = wordsOf(written, false)
  if (name === undefined || others.length > 0) return undefined
  return { name, ignoresTabs: dash !== '', isSpaced: gap !== '' }
}

function wordsOf(text: string, asWritten: boolean): string[] {
  try {
    return shellWords(text, { asWritten })
  } catch (error) {
    if (error instanceof ExpansionError) return []
    throw error
  }
}
