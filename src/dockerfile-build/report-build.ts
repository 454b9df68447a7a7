import { formatBytes } from '../model/format-bytes.ts'
import type { Log } from '../model/log.ts'
import { type BuildProgress, shorten, type Transfer } from './builder.ts'

const contextStep = '[internal] load build context'

/**
 * Tells a build in the log: a line a step with its time, what the step printed indented above it. Advice of the builder
 * becomes a warning at its line of the Dockerfile, each once.
 * @param file absolute path of the Dockerfile, where a person should look
 */
export function reportBuild(log: Log, file?: string): (progress: BuildProgress) => void {
  const advice = new Set<string>()
  const toldSteps = new Set<string>()
  const printing = new Set<string>()

  function reportOutput(step: string, line: string): void {
    printing.add(step)
    // Steps can run side by side: then it must be seen whose words these are.
    log.info(printing.size === 1 ? `    ${line}` : `    ${placeOf(step)} ${line}`)
  }

  function reportStep({ name, seconds, cached, moved }: Extract<BuildProgress, { kind: 'step' }>): void {
    printing.delete(name)
    if (name === contextStep && moved > 0) {
      log.info(stepLine(inSeconds(seconds), `sent ${formatBytes(moved)} of the context`))
    }
    // A step that was only looked up is told again when it runs, and an image that was found when it is fetched.
    const isRepeated = toldSteps.has(name) && seconds < 0.05
    if (isHousekeeping(name) || isRepeated) return
    toldSteps.add(name)
    log.info(stepLine(cached ? 'cached' : inSeconds(seconds), name))
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
        reportStep(progress)
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

/** `[build 2/3]`: where a step stands among those of its stage. */
function placeOf(step: string): string {
  return /^\[[^\]]+\]/.exec(step)?.[0] ?? step.slice(0, 20)
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
  return `  ${time.padStart(8)}  ${shorten(name)}`
}

function inSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`
}
