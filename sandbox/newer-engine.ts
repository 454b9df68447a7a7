import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Engine, startPrivateEngine } from './engine.ts'
import { newerEnginePath, newerEngineProblem } from './newer-engine.mjs'
import { stateFolder } from './state.ts'

const folder = join(stateFolder, 'newer-engine')

/** Why no newer engine can run beside the machine's own; undefined where one can. */
export function whyNoNewerEngine(): string | undefined {
  return newerEngineProblem(folder)
}

/** Starts the engine that setup.mjs fetched, on a bridge of its own, so that it and the machine's own both publish ports. */
export function startNewerEngine(): Promise<Engine> {
  const [first = 0, second = 0] = createHash('sha256').update(folder).digest()
  return startPrivateEngine(join(folder, 'engine'), {
    network: { bridge: `newer-${first.toString(16)}${second.toString(16)}`, address: `172.31.${String(first)}.1/24` },
    programs: newerEnginePath.map((path) => join(folder, path)),
  })
}
