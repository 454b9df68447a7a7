import { bodyLines, isAnswer, type Outcome } from './answers.ts'
import type { ContainerExit, RunningContainer } from './engine.ts'

/** `The application ended with exit code 137, out of memory,`: the beginning of a sentence. */
export function describeExit({ code, outOfMemory, error }: ContainerExit): string {
  if (error !== undefined) return `The container of the application failed (${error})`
  return `The application ended with exit code ${String(code)}${outOfMemory ? ', out of memory,' : ''}`
}

/** Lines that help to find the cause: the last answer, and what the application printed last. */
export function describeEnd(container: RunningContainer, last?: Outcome): string[] {
  const body = last !== undefined && isAnswer(last) ? bodyLines(last) : []
  const printed = container.lastLines()
  return [
    ...(body.length === 0 ? [] : ['The last answer:', ...body.map((line) => `  ${line}`)]),
    ...(printed.length === 0
      ? ['The application printed nothing.']
      : ['The last lines of the application:', ...printed.map((line) => `  ${line}`)]),
  ]
}

/** What to look at where nothing ever answered on a port; `declared` are the ports of the image, `80/tcp`. */
export function describeSilence(port: number, declared: readonly string[]): string {
  const listens = `Does the application listen on port ${String(port)}, and on all addresses (0.0.0.0)?`
  if (declared.length === 0 || declared.includes(`${String(port)}/tcp`)) return listens
  return `${listens} Its image declares ${declared.join(', ')}: check the input "containerPort".`
}
