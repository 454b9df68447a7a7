import { judgeLife, type LifeView } from '../ownership/owner.ts'
import { messageOf } from '../model/error-text.ts'
import type { Log } from '../model/log.ts'
import type { SweepEngine } from './engine.ts'
import { planSweep, type SweepView } from './plan-sweep.ts'

interface SweepPorts {
  readonly engine: SweepEngine
  /** What can be told about processes here. */
  readonly machine: Pick<LifeView, 'self' | 'lifeOf'>
  readonly now: () => Date
  readonly log: Pick<Log, 'debug'>
}

/** Milliseconds after which a sweep leaves the rest to the next one. */
const patience = 120_000

/**
 * Removes from the engine what dead runs left, and with `over` what that owner does not need any more. What cannot be
 * removed, such as an image that somebody's container uses, stays for the next sweep. Throws where the engine does not
 * say what it holds.
 */
export async function sweep(over: SweepView['over'], { engine, machine, now, log }: SweepPorts): Promise<void> {
  const held = await engine.list()
  const running = new Set(held.containers.filter(({ isRunning }) => isRunning).map(({ id }) => id.slice(0, 12)))
  const view = { ...machine, runsContainer: (id: string) => running.has(id) }
  const { containers, names } = planSweep(held, {
    lifeOf: (owner) => judgeLife(owner, view),
    now: now(),
    ...(over && { over }),
  })
  const end = now().getTime() + patience
  for (const id of containers) await attempt(`container ${id}`, () => engine.removeContainer(id))
  for (const name of names) await attempt(name, () => engine.remove(name))

  async function attempt(what: string, remove: () => Promise<void>): Promise<void> {
    try {
      if (now().getTime() > end) throw new Error('the engine is too slow')
      await remove()
      log.debug(`Swept ${what}.`)
    } catch (error) {
      log.debug(`${what} stays for now: ${messageOf(error)}`)
    }
  }
}

/**
 * Does a step's work in an engine that was swept before and is swept again afterwards, also after a failure. How the
 * work ended is never hidden by what remains.
 */
export async function withSweeps<T>(owner: string, ports: SweepPorts, work: () => Promise<T>): Promise<T> {
  await sweep(undefined, ports)
  try {
    return await work()
  } finally {
    await sweep({ owner, part: 'step' }, ports).catch((error: unknown) => {
      ports.log.debug(`The engine could not be swept: ${messageOf(error)}`)
    })
  }
}
