import { PipelineError } from '../position.ts'
import { readText } from './read-keys.ts'
import type { Node } from './yaml-tree.ts'
import { asMapping, assertKeys } from './yaml-tree.ts'

/** Reads `pool`: its name, else the image of Microsoft's agents. Work without an agent is not supported. */
export function readPool(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined
  if (node.kind === 'scalar') {
    if (node.text !== 'server') return node.text
    throw new PipelineError(node.at, "'pool: server' is not supported by the local agent: there is no server")
  }
  const pool = asMapping(node)
  assertKeys(pool, ['name', 'vmImage', 'demands'])
  return readText(pool, 'name') ?? readText(pool, 'vmImage')
}
