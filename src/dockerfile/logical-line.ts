/** An instruction as the builder reads it: continued lines joined, comments and empty lines between them left out. */
export interface LogicalLine {
  readonly text: string
  /** What it is joined from, in its order; none is empty. */
  readonly pieces: readonly Piece[]
}

interface Piece {
  /** Index of its first character in the logical line. */
  readonly index: number
  /** Offset of that character in the file. */
  readonly offset: number
  /** The line of the file, counted from 1. */
  readonly line: number
}

/** Where a part of a logical line stands in the file. */
export interface Place {
  /** Counted from 1. */
  readonly line: number
  /** Offset of its first character. */
  readonly start: number
  /** Offset behind its last character. */
  readonly end: number
  /** What inside of it only joins lines: escapes, line ends and comments. Without it later lines get other numbers. */
  readonly breaks: string
}

/** Finds the characters from `start` to before `end` of a logical line, at least one, in the file. */
export function placeOf({ text, pieces }: LogicalLine, file: string, start: number, end: number): Place {
  const first = pieceAt(pieces, start)
  const last = pieceAt(pieces, end - 1)
  const offset = (at: number, index: number) => (pieces[at]?.offset ?? 0) + index - (pieces[at]?.index ?? 0)
  let breaks = ''
  for (let at = first; at < last; at++) {
    const next = pieces[at + 1]
    breaks += file.slice(offset(at, next?.index ?? text.length), next?.offset)
  }
  return { line: pieces[first]?.line ?? 1, start: offset(first, start), end: offset(last, end - 1) + 1, breaks }
}

/** The number of the piece that holds the character at an index. */
function pieceAt(pieces: readonly Piece[], index: number): number {
  let [low, high] = [0, pieces.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((pieces[middle]?.index ?? 0) <= index) low = middle
    else high = middle - 1
  }
  return low
}
