/** Puts what readers know in place of our own names; one of these can be the beginning of another. */
export function showNames(shownNames: Readonly<Record<string, string>>): (text: string) => string {
  const names = Object.entries(shownNames).sort(([one], [other]) => other.length - one.length)
  return (text) => names.reduce((shown, [name, instead]) => shown.replaceAll(name, instead), text)
}
