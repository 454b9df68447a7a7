import { StringDecoder } from 'node:string_decoder'

/** Puts lines together from chunks of bytes. */
export interface LineSplitter {
  /** The lines that this chunk completes, without their ends. */
  push(chunk: Uint8Array): string[]
  /** What is left after the last line end: one line or none. */
  end(): string[]
}

/**
 * Splits UTF-8 at `\n`. Of a line that goes back to its start by `\r`, as progress does, the last state is given, which
 * is what a terminal shows. A line that reaches `longest` characters is given out as it is, without its rest.
 */
export function lineSplitter(longest = Infinity): LineSplitter {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let isGivenOut = false

  return {
    push(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n')
      rest = lastState(lines.pop() ?? '')
      if (isGivenOut) {
        if (lines.length > 0) isGivenOut = false
        else rest = ''
        lines.shift()
      }
      if (rest.length >= longest) {
        lines.push(rest)
        rest = ''
        isGivenOut = true
      }
      return lines.map(lastState)
    },
    end() {
      const last = lastState(rest + decoder.end())
      rest = ''
      return last === '' ? [] : [last]
    },
  }
}

/** What stands behind the last `\r` that anything stands behind. */
function lastState(line: string): string {
  const end = line.endsWith('\r') ? line.length - 2 : line.length
  return line.slice(line.lastIndexOf('\r', end) + 1)
}
