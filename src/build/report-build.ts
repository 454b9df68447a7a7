import type { Log } from '../model/log.ts'
import type { BuildProgress } from './engine.ts'

/** Tells a build in the log: a line a step with its time, what the step printed indented above it. */
export function reportBuild(log: Log): (progress: BuildProgress) => void {
  return (progress) => {
    switch (progress.kind) {
      case 'output':
        log.info(`    ${progress.line}`)
        break
      case 'step':
        if (!isHousekeeping(progress.name))
          log.info(`  ${progress.cached ? 'cached' : `${progress.seconds.toFixed(1)} s`.padStart(6)}  ${progress.name}`)
        break
      case 'warning':
        log.warning(
          `${progress.message}${progress.line === undefined ? '' : ` (line ${String(progress.line)} of the Dockerfile)`}`,
        )
        break
    }
  }
}

/** Steps of the builder's own, which stand in no Dockerfile. */
function isHousekeeping(step: string): boolean {
  return step.startsWith('[internal]') || step === 'copy /context /'
}
