import { type DockerfileFault, InvalidDockerfileError } from '../dockerfile/invalid-dockerfile-error.ts'
import type { Problem } from './problem.ts'
import { check, join, type Words } from './words.ts'

/** Dockerfiles that no builder takes, or whose base cannot be told. */
export function explainDockerfile(error: unknown, words: Words): Problem | undefined {
  if (!(error instanceof InvalidDockerfileError)) return undefined
  const { fault, line, path } = error
  const file = `Dockerfile${path === undefined ? '' : ` ${path}`}`
  const subject = line === undefined ? `The ${file}` : `Line ${String(line)} of the ${file}`
  const { reason, advice } = explainFault(fault, path === undefined ? words : ofTestApplication(words))
  return { code: 'dockerfile-invalid', reason: `${subject} ${reason}`, advice }
}

/** The settings that a Dockerfile of the test application has. */
function ofTestApplication({ testBuildArguments }: Words): Words {
  return { ...(testBuildArguments !== undefined && { buildArguments: testBuildArguments }) }
}

function explainFault(fault: DockerfileFault, words: Words): Pick<Problem, 'reason' | 'advice'> {
  switch (fault.what) {
    case 'refused':
      return { reason: fault.problem, advice: [] }
    case 'no-stage':
      return { reason: `has no stage "${fault.target}"`, advice: check(words.target) }
    case 'unknown-base': {
      if (!fault.needsValue) return { reason: 'has a FROM whose image is not a reference', advice: ['Correct it'] }
      const values = words.buildArguments && `a value in ${words.buildArguments}`
      const image = words.baseImage && `the image in ${words.baseImage}`
      const reason = 'has a FROM whose image needs a variable that has no value'
      return { reason, advice: join('Give', [values, image], 'or') }
    }
  }
}
