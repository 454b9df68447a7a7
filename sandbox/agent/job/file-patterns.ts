/**
 * Which paths a list of patterns takes, one a line: `*` and `?` within a name, `**` over folders, and `!` in front takes
 * away what the lines before took. Paths are relative, with `/`.
 */
export function matchPaths(paths: readonly string[], patterns: string): readonly string[] {
  const lines = patterns
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const rules = lines.map((line) => ({
    takes: !line.startsWith('!'),
    expression: toExpression(line.replace(/^!/, '')),
  }))
  return paths.filter((path) => rules.findLast(({ expression }) => expression.test(path))?.takes === true)
}

function toExpression(pattern: string): RegExp {
  const parts = pattern.match(/\*\*\/|\*\*|\*|\?|[^*?]+/g) ?? []
  return new RegExp(`^${parts.map(partToExpression).join('')}$`)
}

function partToExpression(part: string): string {
  switch (part) {
    case '**/':
      return '(?:[^]*/)?'
    case '**':
      return '[^]*'
    case '*':
      return '[^/]*'
    case '?':
      return '[^/]'
    default:
      return part.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  }
}
