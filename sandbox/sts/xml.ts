const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** Elements by their names, as the query protocol of AWS writes them; the outermost has the namespace of STS. */
export function writeElements(document: object): string {
  return Object.entries(document)
    .map(([name, content]) => `<${name} xmlns="${namespace}">${write(content)}</${name}>`)
    .join('')
}

function write(content: unknown): string {
  if (typeof content !== 'object' || content === null) return escape(String(content))
  return Object.entries(content)
    .map(([name, inner]) => `<${name}>${write(inner)}</${name}>`)
    .join('')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
