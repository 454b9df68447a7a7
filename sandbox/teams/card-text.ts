/** A card as lines for people: its texts, then a line for each fact and button. */
export function cardText(card: object): string[] {
  return elementText(card)
}

function elementText(element: unknown): string[] {
  if (Array.isArray(element)) return element.flatMap(elementText)
  if (typeof element !== 'object' || element === null) return []
  const { type, text, facts, items, body, actions, title, url } = element as Readonly<Record<string, unknown>>
  const children = [body, items, actions].flatMap(elementText)
  switch (type) {
    case 'TextBlock':
      return [plain(text)]
    case 'FactSet':
      return (facts as readonly Record<string, unknown>[]).map((fact) => `${plain(fact.title)}: ${plain(fact.value)}`)
    case 'Action.OpenUrl':
      return [`[${plain(title)}] ${String(url)}`]
    default:
      return children
  }
}

/** Without the escapes that keep Teams from reading Markdown. */
function plain(text: unknown): string {
  return String(text)
    .replaceAll(/\\([\\`*_[\]~#>.()!+-])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
}
