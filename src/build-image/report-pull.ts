import type { Log } from '../model/log.ts'
import type { Transfer } from '../dockerfile-build/builder.ts'
import { formatTransfer } from '../dockerfile-build/report-build.ts'

const millisecondsBetween = 5000

/** Tells how far a pull is, every five seconds; `clock` gives milliseconds. */
export function reportPull(log: Log, clock: () => number = () => performance.now()): (progress: Transfer) => void {
  let told = clock()
  return (progress) => {
    const now = clock()
    if (now - told < millisecondsBetween) return
    told = now
    log.info(`    pulled ${formatTransfer(progress)}`)
  }
}
