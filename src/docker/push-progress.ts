import type { PushProgress } from '../publish/image-store.ts'
import type { EngineMessage } from './json-lines.ts'

const interval = 5000

/** Follows the messages of a push, and tells at most every 5 s how far it is. */
export function followPush(
  tell: (progress: PushProgress) => void,
  now: () => number = Date.now,
): (message: EngineMessage) => void {
  const layers = new Map<string, PushProgress>()
  let toldAt = now()
  return ({ id, progressDetail }) => {
    const { current, total = current } = progressDetail ?? {}
    if (id === undefined || current === undefined || total === undefined) return
    // The engine's total of a layer is an estimate, above which the archive of it may come out.
    layers.set(id, { sent: current, total: Math.max(current, total) })
    if (now() - toldAt < interval) return
    toldAt = now()
    tell(sum([...layers.values()]))
  }
}

function sum(layers: readonly PushProgress[]): PushProgress {
  return layers.reduce((all, { sent, total }) => ({ sent: all.sent + sent, total: all.total + total }), {
    sent: 0,
    total: 0,
  })
}
