import assert from 'node:assert/strict'
import { InvalidValue } from '../../src/model/invalid-value.ts'
import { explainAws } from '../../src/problems/explain-aws.ts'
import { explainBuild } from '../../src/problems/explain-build.ts'
import { explainCheck } from '../../src/problems/explain-check.ts'
import { explainContext } from '../../src/problems/explain-context.ts'
import { explainDelivery } from '../../src/problems/explain-delivery.ts'
import { explainDockerfile } from '../../src/problems/explain-dockerfile.ts'
import { explainEcr } from '../../src/problems/explain-ecr.ts'
import { explainEngine } from '../../src/problems/explain-engine.ts'
import { explainPublish } from '../../src/problems/explain-publish.ts'
import { explainRegistry } from '../../src/problems/explain-registry.ts'
import { explainTest } from '../../src/problems/explain-test.ts'
import { explainer } from '../../src/problems/explain.ts'
import { formatProblem } from '../../src/problems/problem.ts'
import { settings, wordsOf } from '../../src/problems/words.ts'

/** Every room of problems. */
const allRooms = [
  ...[explainCheck, explainDockerfile, explainContext, explainRegistry, explainAws, explainEcr],
  ...[explainBuild, explainEngine, explainTest, explainPublish, explainDelivery],
]

/** What people hear of an error in a form that has every input. */
export const explainAll = explainer(allRooms, wordsOf(settings))

/** What people hear of an error, without its code. */
export function told(error: unknown): string {
  // A value without a form is told as the form would, behind the name of the input.
  if (error instanceof InvalidValue)
    return [`${error.reason}.`, ...(error.rule === undefined ? [] : [`${error.rule}.`])].join(' ')
  const problem = explainAll(error)
  // Where no room has words of its own, the error's are those of a value's parser.
  if (problem.code === 'unexpected' && error instanceof Error && !('fault' in error || 'lost' in error))
    return error.message
  return formatProblem(problem).replace(/ \[[a-z-]+\]$/, '')
}

/** What is expected of an error: its properties, and what people hear of it as `message`. */
type Expected = Readonly<Record<string, unknown>> & { readonly message?: string | RegExp }

/** As assert.rejects, but `message` is what people hear. */
export async function rejects(work: Promise<unknown> | (() => Promise<unknown>), expected: Expected): Promise<void> {
  let error: unknown
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (thrown) {
    error = thrown
  }
  assert.ok(error !== undefined, 'Nothing was thrown.')
  checkError(error, expected)
}

/** As assert.throws, but `message` is what people hear. */
export function throws(work: () => unknown, expected: Expected): void {
  let error: unknown
  try {
    work()
  } catch (thrown) {
    error = thrown
  }
  assert.ok(error !== undefined, 'Nothing was thrown.')
  checkError(error, expected)
}

function checkError(error: unknown, { message, ...properties }: Expected): void {
  if (message instanceof RegExp) assert.match(told(error), message)
  else if (message !== undefined) assert.equal(told(error), message)
  for (const [name, value] of Object.entries(properties)) {
    assert.deepEqual((error as Record<string, unknown>)[name], value, name)
  }
}
