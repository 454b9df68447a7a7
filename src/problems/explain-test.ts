import type { ContainerExit } from '../integration-test/engine.ts'
import { listWarnings } from '../integration-test/find-warnings.ts'
import { TestFailedError, type TestFailure } from '../integration-test/test-failed-error.ts'
import type { Explain } from './explain.ts'
import type { Problem } from './problem.ts'
import { check, type Words } from './words.ts'

/** What a test application did on the platform image. */
export function explainTest(error: unknown, words: Words, explain: Explain): Problem | undefined {
  return error instanceof TestFailedError ? explainFailure(error.failure, words, explain) : undefined
}

function explainFailure(failure: TestFailure, words: Words, explain: Explain): Problem {
  switch (failure.what) {
    case 'not-started':
      return { code: 'application-not-started', reason: describeExit(failure.exit, explain), advice: [] }
    case 'ended-badly': {
      const { exit } = failure
      const reason =
        exit.error === undefined && exit.lost === undefined
          ? `${describeExit(exit, explain)} instead of 0`
          : describeExit(exit, explain)
      return { code: 'application-ended', reason, advice: [] }
    }
    case 'does-not-end': {
      const reason = `The application did not end within ${String(failure.timeLimit)} s`
      const advice = words.testMode === undefined ? [] : [`If it is a service, give "request" in ${words.testMode}`]
      return { code: 'application-does-not-end', reason, advice }
    }
    case 'ended-early': {
      const reason = `${describeExit(failure.exit, explain)} before it answered ${failure.asked}`
      return { code: 'application-ended', reason, advice: [] }
    }
    case 'steady-error': {
      const { asked, status, seconds } = failure
      const answers = `answers ${asked} with ${String(status)} on every request for ${String(seconds)} s`
      return { code: 'application-broken', reason: `The application is up, but ${answers}`, advice: [] }
    }
    case 'no-expected-answer':
      return explainNoAnswer(failure, words)
    case 'build-warnings': {
      const { warnings } = failure
      const [count, them] =
        warnings.length === 1 ? ['a warning', 'it'] : [`${String(warnings.length)} warnings`, 'them']
      const attempt = `The build of the test application gives ${count}`
      const ignore = words.failOnTestBuildWarnings === undefined ? '' : `, or clear ${words.failOnTestBuildWarnings}`
      const reason = listWarnings(warnings).join('; ')
      return { code: 'application-build-warnings', attempt, reason, advice: [`Correct ${them}${ignore}`] }
    }
  }
}

function explainNoAnswer(failure: Extract<TestFailure, { what: 'no-expected-answer' }>, words: Words): Problem {
  const { asked, wanted, timeLimit, given, silent } = failure
  const within = `within ${String(timeLimit)} s; at last it gave ${given}`
  const reason = `The application did not answer ${asked} with ${wanted} ${within}`
  const code = 'application-wrong-answer'
  if (silent === undefined) return { code, reason, advice: [] }
  const port = String(silent.port)
  const listens = `Does the application listen on port ${port}, and on all addresses (0.0.0.0)?`
  const isDeclared = silent.declared.length === 0 || silent.declared.includes(`${port}/tcp`)
  const other = isDeclared ? [] : [`Its image declares ${silent.declared.join(', ')}`, ...check(words.containerPort)]
  return { code: 'application-silent', reason, advice: [listens, ...other] }
}

/** `The application ended with exit code 137, out of memory,`: the beginning of a sentence. */
function describeExit({ code, outOfMemory, error, lost }: ContainerExit, explain: Explain): string {
  if (lost !== undefined) return `The engine stopped reporting on the application (${explain(lost).reason})`
  if (error !== undefined) return `The container of the application failed (${error})`
  return `The application ended with exit code ${String(code)}${outOfMemory ? ', out of memory,' : ''}`
}
