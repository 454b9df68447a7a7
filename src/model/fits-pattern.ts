/** Whether the whole text fits a pattern in which `*` stands for any characters, also none. */
export function fitsPattern(text: string, pattern: string): boolean {
  const literals = pattern.split('*').map((literal) => literal.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`, 's').test(text)
}
