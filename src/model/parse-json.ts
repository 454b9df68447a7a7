/** What a JSON text holds; undefined where it is not JSON. The parser's own errors quote the text, so none is passed on. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
