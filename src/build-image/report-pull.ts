import type { Log } from '../model/log.ts'
import type { Transfer } from '../dockerfile-build/builder.ts'
import { formatTransfer } from '../dockerfile-build/report-build.ts'

const millisecondsBetween = 5000

/** Tells how far a pull is, every five seconds. */
export function reportPull(log: Log): (progress: Transfer) => void {
  let told = performance.now()
  return (progress) => {
    const now = performance.now()
    if (now - told < millisecondsBetween) return
    told = now
    log.info(`    pulled ${formatTransfer(progress)}`)
  }
}
