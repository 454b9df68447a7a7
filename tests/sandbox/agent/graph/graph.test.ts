import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { GraphNode } from '../../../../sandbox/agent/graph/graph.ts'
import { ancestorsOf, assertGraph, inOrder } from '../../../../sandbox/agent/graph/graph.ts'

const at = { file: 'a.yml', line: 1, column: 1 }

/** Nodes written as `b: a c`: the node b depends on a and c. */
function nodes(...texts: readonly string[]): readonly GraphNode[] {
  return texts.map((text, index) => {
    const [name = '', dependencies = ''] = text.split(':')
    const names = dependencies.split(' ').filter((each) => each !== '')
    return {
      name,
      dependsOn: names.map((each, place) => ({
        name: each,
        at: { file: 'a.yml', line: index + 1, column: place + 10 },
      })),
      at: { file: 'a.yml', line: index + 1, column: 1 },
    }
  })
}

function namesOf(list: readonly GraphNode[]): readonly string[] {
  return list.map(({ name }) => name)
}

describe('assertGraph', () => {
  const errors: readonly (readonly [graph: readonly string[], message: string])[] = [
    [['a', 'b', 'A'], "a.yml:3:1: The job name 'A' appears more than once"],
    [['a', 'b: a c'], "a.yml:2:11: The job 'b' depends on the unknown job 'c'. Known: a, b"],
    [['a: a'], "a.yml:1:1: The job 'a' depends on itself: a -> a"],
    [['x', 'a: c', 'b: a', 'c: x B'], "a.yml:2:1: The job 'a' depends on itself: a -> c -> b -> a"],
    [['x: a', 'a: b', 'b: a'], "a.yml:2:1: The job 'a' depends on itself: a -> b -> a"],
  ]
  for (const [graph, message] of errors) {
    it(`refuses ${graph.join(', ')}`, () => {
      assert.throws(
        () => {
          assertGraph(nodes(...graph), 'job')
        },
        { name: 'PipelineError', message },
      )
    })
  }

  it('accepts a diamond', () => {
    assertGraph(nodes('d: b c', 'b: a', 'c: A', 'a'), 'stage')
  })
})

describe('inOrder', () => {
  const rows: readonly (readonly [graph: readonly string[], order: string])[] = [
    [['a', 'b', 'c'], 'a b c'],
    [['c: a b', 'b: a', 'a'], 'a b c'],
    [['d: b', 'a', 'b: A', 'c'], 'a b d c'],
  ]
  for (const [graph, order] of rows) {
    it(`puts ${graph.join(', ')} as ${order}`, () => {
      assert.equal(namesOf(inOrder(nodes(...graph))).join(' '), order)
    })
  }

  it('never puts a node before what it depends on, and loses none', () => {
    const graphs = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 12 }).chain((ids) =>
      fc.tuple(...ids.map((id) => fc.subarray(ids.filter((other) => other < id)))).map((all) =>
        ids.map((id, index): GraphNode => {
          return {
            name: `n${String(id)}`,
            dependsOn: (all[index] ?? []).map((each) => ({ name: `N${String(each)}`, at })),
            at,
          }
        }),
      ),
    )
    fc.assert(
      fc.property(graphs, (graph) => {
        const order = inOrder(graph)

        assert.deepEqual(namesOf(order).toSorted(), namesOf(graph).toSorted())
        for (const node of graph) {
          for (const ancestor of ancestorsOf(node, graph)) assert.ok(order.indexOf(ancestor) < order.indexOf(node))
        }
      }),
    )
  })
})

describe('ancestorsOf', () => {
  it('finds what a node depends on, directly or not', () => {
    const graph = nodes('a', 'b: a', 'c: B', 'd')
    const [, , c] = graph
    assert.ok(c)
    assert.deepEqual(namesOf(ancestorsOf(c, graph)), ['a', 'b'])
  })
})
