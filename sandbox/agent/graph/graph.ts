import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'

/** A job among the jobs of its stage, or a stage among the stages of the run. */
export interface GraphNode {
  readonly name: string
  readonly dependsOn: readonly Dependency[]
  readonly at: Position
}

/** A name in `dependsOn`, and where it stands. */
export interface Dependency {
  readonly name: string
  readonly at: Position
}

/** Throws a {@link PipelineError} at a name that is taken, at a dependency that is not there, and at a cycle. */
export function assertGraph(nodes: readonly GraphNode[], kind: 'job' | 'stage'): void {
  const names = new Set<string>()
  for (const { name, at } of nodes) {
    if (names.has(keyOf(name))) throw new PipelineError(at, `The ${kind} name '${name}' appears more than once`)
    names.add(keyOf(name))
  }
  for (const { name, dependsOn } of nodes) {
    for (const dependency of dependsOn) {
      if (names.has(keyOf(dependency.name))) continue
      const known = nodes.map((node) => node.name).join(', ')
      const problem = `The ${kind} '${name}' depends on the unknown ${kind} '${dependency.name}'. Known: ${known}`
      throw new PipelineError(dependency.at, problem)
    }
  }
  for (const node of nodes) assertNoCycle(node, nodes, kind)
}

function assertNoCycle(start: GraphNode, nodes: readonly GraphNode[], kind: string): void {
  const wayBack = wayTo(start, start, nodes, new Set())
  if (wayBack === undefined) return
  const chain = [start.name, ...wayBack].join(' -> ')
  throw new PipelineError(start.at, `The ${kind} '${start.name}' depends on itself: ${chain}`)
}

/** The names on a way from one node to another along `dependsOn`; the start is not among them. */
function wayTo(
  from: GraphNode,
  to: GraphNode,
  nodes: readonly GraphNode[],
  visited: Set<string>,
): readonly string[] | undefined {
  for (const next of dependenciesOf(from, nodes)) {
    if (next === to) return [next.name]
    if (visited.has(keyOf(next.name))) continue
    visited.add(keyOf(next.name))
    const rest = wayTo(next, to, nodes, visited)
    if (rest !== undefined) return [next.name, ...rest]
  }
  return undefined
}

/** The nodes so that each comes after what it depends on; apart from that in the order of the file. */
export function inOrder<Node extends GraphNode>(nodes: readonly Node[]): readonly Node[] {
  const ordered: Node[] = []
  const left = [...nodes]
  for (;;) {
    const done = new Set(ordered.map(({ name }) => keyOf(name)))
    const next = left.findIndex(({ dependsOn }) => dependsOn.every(({ name }) => done.has(keyOf(name))))
    if (next === -1) return ordered
    ordered.push(...left.splice(next, 1))
  }
}

/** What a node depends on directly. */
export function dependenciesOf<Node extends GraphNode>(node: GraphNode, nodes: readonly Node[]): readonly Node[] {
  const wanted = new Set(node.dependsOn.map(({ name }) => keyOf(name)))
  return nodes.filter(({ name }) => wanted.has(keyOf(name)))
}

/** Everything that a node depends on, directly or not. */
export function ancestorsOf<Node extends GraphNode>(node: GraphNode, nodes: readonly Node[]): readonly Node[] {
  const found = new Set<Node>()
  const open: GraphNode[] = [node]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const dependency of dependenciesOf(next, nodes)) {
      if (found.has(dependency)) continue
      found.add(dependency)
      open.push(dependency)
    }
  }
  return nodes.filter((candidate) => found.has(candidate))
}

/** Names of jobs and stages ignore case. */
export function keyOf(name: string): string {
  return name.toLowerCase()
}
