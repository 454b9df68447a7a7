import { bodyLines, isAnswer, type Outcome } from './answers.ts'
import type { RunningContainer } from './engine.ts'

/** Lines that help to find the cause: the last answer, and what the application printed. */
export function describeEnd(container: RunningContainer, last?: Outcome): string[] {
  const body = last !== undefined && isAnswer(last) ? bodyLines(last) : []
  const printed = container.lines()
  return [
    ...(body.length === 0 ? [] : ['The last answer:', ...body.map((line) => `  ${line}`)]),
    ...(printed.length === 0
      ? ['The application printed nothing.']
      : ['What the application printed:', ...printed.map((line) => `  ${line}`)]),
  ]
}
