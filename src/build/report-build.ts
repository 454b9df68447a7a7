import { formatBytes } from '../model/format-bytes.ts'
import type { Log } from '../model/log.ts'
import type { BuildProgress, Transfer } from './engine.ts'

const longestName = 160
const contextStep = '[internal] load build context'

/**
 * Tells a build in the log: a line a step with its time, what the step printed indented above it. Advice of the builder
 * becomes a warning at its line of the Dockerfile, each once.
 * @param file absolute path of the Dockerfile, where a person should look
 */
export function reportBuild(log: Log, file?: string): (progress: BuildProgress) => void {
  const advice = new Set<string>()
  /** Whose output was told last, as long as that step goes on. */
  let printing: string | undefined

  function reportOutput(step: string, line: string): void {
    // Steps can run side by side: then it must be seen whose words these are.
    if (printing !== undefined && printing !== step) log.info(stepLine('', step))
    printing = step
    log.info(`    ${line}`)
  }

  function reportWarning(message: string, line: number | undefined): void {
    const key = `${String(line)} ${message}`
    if (advice.has(key)) return
    advice.add(key)
    log.warning(message, file === undefined ? undefined : { file, ...(line !== undefined && { line }) })
  }

  return (progress) => {
    switch (progress.kind) {
      case 'output':
        reportOutput(progress.step, progress.line)
        break
      case 'running':
        if (!isHousekeeping(progress.step) || progress.step === contextStep) log.info(runningLine(progress))
        break
      case 'step':
        if (printing === progress.name) printing = undefined
        if (progress.name === contextStep && progress.moved > 0) {
          log.info(stepLine(inSeconds(progress.seconds), `sent ${formatBytes(progress.moved)} of the context`))
        } else if (!isHousekeeping(progress.name)) {
          log.info(stepLine(progress.cached ? 'cached' : inSeconds(progress.seconds), progress.name))
        }
        break
      case 'warning':
        reportWarning(progress.message, progress.line)
        break
    }
  }
}

/** Steps of the builder's own, which stand in no Dockerfile. */
export function isHousekeeping(step: string): boolean {
  return step.startsWith('[internal]') || step === 'copy /context /'
}

function runningLine({ step, seconds, transfer }: Extract<BuildProgress, { kind: 'running' }>): string {
  const what = step === contextStep ? 'sending the context' : step
  return stepLine(`${String(seconds)} s …`, transfer === undefined ? what : `${what}: ${formatTransfer(transfer)}`)
}

/** `12.5 MB of 100 MB`, or without the whole where that is not known. */
export function formatTransfer({ current, total }: Transfer): string {
  return total > current ? `${formatBytes(current)} of ${formatBytes(total)}` : formatBytes(current)
}

function stepLine(time: string, name: string): string {
  return `  ${time.padStart(8)}  ${name.length <= longestName ? name : `${name.slice(0, longestName - 1)}…`}`
}

function inSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`
}
