import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'aws-permissions.md'), 'utf8')

/** A policy of docs/aws-permissions.md, as JSON. */
export function documentedPolicy(name: 'check' | 'base' | 'publish' | 'create'): string {
  const [, json] = new RegExp(`<!-- policy: ${name} -->\\s+\`\`\`json\\n([\\s\\S]*?)\`\`\``).exec(page) ?? []
  if (json === undefined) throw new Error(`docs/aws-permissions.md has no policy "${name}".`)
  return json
}

/** The actions of ECR in a part of the page, sorted. */
export function actionsIn(text: string): readonly string[] {
  return [...new Set(text.match(/\becr:[A-Z][A-Za-z]+/g))].sort()
}

/** What stands below a heading of the page. */
export function section(heading: string): string {
  const [, text] = new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## |\\Z(?!.))`, 'm').exec(`${page}\n## end\n`) ?? []
  if (text === undefined) throw new Error(`docs/aws-permissions.md has no section "${heading}".`)
  return text
}
