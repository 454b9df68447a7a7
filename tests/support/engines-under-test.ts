import { join } from 'node:path'
import { type Engine, startEngine } from '../../sandbox/engine.ts'
import { startNewerEngine, whyNoNewerEngine } from '../../sandbox/newer-engine.ts'
import { stateFolder } from '../../sandbox/state.ts'

export interface EngineUnderTest {
  /** Whether it is the newer one: with heredocs, and with warnings about Dockerfiles. */
  readonly isNewer: boolean
  readonly start: () => Promise<Engine>
}

/**
 * Describes the same tests on each engine: the machine's own, and a newer one beside it. Where that cannot be had, the
 * run says so again at its end (scripts/run-steps.mjs).
 */
export function describeOnEachEngine(title: string, describeTests: (engine: EngineUnderTest) => void): void {
  describe(`${title} on the machine's engine`, () => {
    describeTests({ isNewer: false, start: () => startEngine(join(stateFolder, 'engine')) })
  })
  const problem = whyNoNewerEngine()
  if (problem === undefined) {
    describe(`${title} on a newer engine`, () => {
      describeTests({ isNewer: true, start: startNewerEngine })
    })
  } else {
    after(() => {
      console.log(`Not run: ${title} on a newer engine, since there is none: ${problem}`)
    })
  }
}
