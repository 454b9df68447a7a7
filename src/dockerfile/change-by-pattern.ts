/**
 * What a Dockerfile's `${X<modifier>}` makes of the value of X by a pattern: `#` takes the shortest matching start off and
 * `##` the longest, `%` and `%%` do so at the end, `/part/other` replaces the first match and `//part/other` each.
 * Undefined where the modifier is none of these. https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function changeByPattern(value: string, modifier: string): string | undefined {
  const [, operator = '', rest = ''] = /^(##?|%%?|\/\/?)([\s\S]*)$/.exec(modifier) ?? []
  switch (operator) {
    case '#':
    case '##':
      return value.replace(new RegExp(`^${toExpression(rest, operator === '##' ? '.*' : '.*?')}`, 's'), '')
    case '%':
    case '%%':
      return trimEnd(value, new RegExp(`^${toExpression(rest, '.*')}$`, 's'), operator === '%%')
    case '/':
    case '//': {
      const [, part, other] = /^((?:\\.|[^\\/])+)\/([\s\S]*)$/.exec(rest) ?? []
      if (part === undefined || other === undefined) return undefined
      return value.replace(new RegExp(toExpression(part, '.*'), operator === '//' ? 'gs' : 's'), () => other)
    }
    default:
      return undefined
  }
}

/** A shell's pattern: `*` is any text, `?` any character, and a backslash makes either of them itself. */
function toExpression(pattern: string, anyText: string): string {
  return pattern.replaceAll(/\\(.)|[^\\]/gs, (found: string, escaped: string | undefined) => {
    if (found === '*') return anyText
    return found === '?' ? '.' : (escaped ?? found).replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`)
  })
}

function trimEnd(value: string, ending: RegExp, longest: boolean): string {
  const lengths = [...Array(value.length + 1).keys()]
  const kept = longest ? lengths : lengths.reverse()
  return value.slice(
    0,
    kept.find((length) => ending.test(value.slice(length))),
  )
}
