import { normalize } from 'node:path'

/** The rules of a .dockerignore. */
export interface IgnoreRules {
  /** Of a path relative to the context, with `/`. */
  ignores(path: string): boolean
  /** Whether something inside an ignored folder may be taken in again by a rule with `!`. */
  readonly canReinclude: boolean
}

/** One line. */
interface Rule {
  readonly units: readonly Unit[]
  readonly takesIn: boolean
  /** How deep a folder must be that the rule takes with all it holds; from that depth on where it has `**`. */
  readonly depth: number
  readonly isOpen: boolean
}

type Unit =
  | { readonly kind: 'one'; readonly matches: (character: string) => boolean }
  /** `*`: any number of characters of one name. */
  | { readonly kind: 'star' }
  /** `**` with something behind it: any number of folders, also none; the second unit is in the name of one. */
  | { readonly kind: 'folders' }
  | { readonly kind: 'name' }
  /** `**` at the end. */
  | { readonly kind: 'rest' }

/**
 * Reads rules as the docker client does. Written here, since the package for it makes regular expressions of them, on
 * which a line with many stars takes longer than anybody waits; these take a time linear in the length of rule and path.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 * https://github.com/moby/patternmatcher/blob/main/patternmatcher.go
 * Throws an Error for a rule that is no pattern.
 */
export function parseIgnoreRules(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap(parseRule)
  return {
    canReinclude: rules.some(({ takesIn }) => takesIn),
    // The last rule that matches decides.
    ignores: (path) => rules.findLast((rule) => matches(rule, path))?.takesIn === false,
  }
}

function parseRule(line: string): Rule[] {
  if (line.startsWith('#')) return []
  const [, mark = '', written = ''] = /^(!?)\s*(.*)$/s.exec(line.trim()) ?? []
  if (written === '') return []
  const pattern = clean(
    clean(written)
      .replace(/^\/(?=.)/, '')
      .trim(),
  )
  const folders = pattern.split('/')
  const isOpen = folders.includes('**')
  const depth = isOpen ? folders.filter((folder) => folder !== '**').length : folders.length
  return [{ units: parseUnits(pattern), takesIn: mark === '!', depth, isOpen }]
}

function clean(path: string): string {
  return normalize(path).replace(/(?<=.)\/$/, '')
}

function parseUnits(pattern: string): Unit[] {
  const characters = Array.from(pattern)
  const units: Unit[] = []
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? ''
    if (character === '*' && characters[index + 1] === '*') {
      index += characters[index + 2] === '/' ? 2 : 1
      const isLast = index + 1 === characters.length
      units.push(...(isLast ? [{ kind: 'rest' } as const] : [{ kind: 'folders' } as const, { kind: 'name' } as const]))
    } else if (character === '*') units.push({ kind: 'star' })
    else if (character === '?') units.push({ kind: 'one', matches: (other) => other !== '/' })
    else if (character === '\\' && index + 1 < characters.length) units.push(only(characters[++index] ?? ''))
    else if (character === '[') {
      const end = endOfClass(characters, index)
      units.push(oneOf(characters.slice(index, end + 1).join('')))
      index = end
    } else units.push(only(character))
  }
  return units
}

function only(character: string): Unit {
  return { kind: 'one', matches: (other) => other === character }
}

/** A class of characters, such as `[a-z]`; alone it is a regular expression that tries nothing twice. */
function oneOf(written: string): Unit {
  const expression = new RegExp(`^${written}$`)
  return { kind: 'one', matches: (other) => expression.test(other) }
}

function endOfClass(characters: readonly string[], start: number): number {
  for (let index = start + 1; index < characters.length; index++) {
    if (characters[index] === '\\') index++
    else if (characters[index] === ']') return index
  }
  throw new Error('a rule of the .dockerignore has "[" without "]"')
}

/**
 * Whether a rule takes a path, or a folder above it. Follows all ways through the rule at once, character by character;
 * `states` are the units that may come next.
 */
function matches({ units, depth, isOpen }: Rule, path: string): boolean {
  const isAbove = (folders: number) => (isOpen ? folders >= depth : folders === depth)
  let states = withSkipped(units, new Set([0]))
  let folders = 1
  for (const character of path) {
    if (character === '/') {
      if (states.has(units.length) && isAbove(folders)) return true
      folders++
    }
    states = withSkipped(units, nextStates(units, states, character))
    if (states.size === 0) return false
  }
  return states.has(units.length)
}

/** Where the units lead from these states with one character. */
function nextStates(units: readonly Unit[], states: Iterable<number>, character: string): Set<number> {
  const next = new Set<number>()
  for (const state of states) {
    const unit = units[state]
    if (unit?.kind === 'one' && unit.matches(character)) next.add(state + 1)
    else if (unit?.kind === 'star' && character !== '/') next.add(state)
    else if (unit?.kind === 'rest' && character !== '\n') next.add(state)
    else if (unit?.kind === 'folders' && character !== '\n') {
      next.add(state + 1)
      if (character === '/') next.add(state + 2)
    } else if (unit?.kind === 'name' && character !== '\n') {
      next.add(state)
      if (character === '/') next.add(state + 1)
    }
  }
  return next
}

/** Adds the states that are reached without a character. */
function withSkipped(units: readonly Unit[], states: Set<number>): Set<number> {
  for (const state of states) {
    const kind = units[state]?.kind
    if (kind === 'star' || kind === 'rest') states.add(state + 1)
    else if (kind === 'folders') states.add(state + 2)
  }
  return states
}
