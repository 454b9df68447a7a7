import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodeProgram, otherNodes } from '../../sandbox/other-nodes.mjs'
import { stateFolder } from '../../sandbox/state.ts'

/** The versions of Node.js with which agents run the tasks, oldest first. */
export const agentNodes: readonly string[] = [otherNodes.oldest, otherNodes.last20, otherNodes.newest]

export const { oldest: oldestNode, tooOld: tooOldNode } = otherNodes

/** The program of another version of Node.js. Throws where setup has not fetched it. */
export function nodeOf(version: string): string {
  const program = nodeProgram(join(stateFolder, 'nodes'), version)
  if (!existsSync(program)) {
    throw new Error(`Node.js ${version} is missing: run node sandbox/setup.mjs --other-nodes.`)
  }
  return program
}
