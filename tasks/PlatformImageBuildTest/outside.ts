import { planUnchecked } from '../../src/build/plan-unchecked.ts'
import { hashContext } from '../../src/context/hash-context.ts'
import type { BuildPlan } from '../../src/model/build-record.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { baseCredentials, patientHttp } from '../base-registry.ts'
import type { BuildInputs } from './inputs.ts'

/** Plugs in what a build asks of the outside, but for the engine. */
export function buildOutside({ context: folder, dockerfile: { path, text } }: BuildInputs, context: TaskContext) {
  return {
    hashContext: (made: Pick<BuildPlan, 'target' | 'buildArguments'>) =>
      hashContext({ ...made, context: folder, dockerfile: path, dockerfileText: text }),
    credentialsFor: baseCredentials(context),
    log: context.log,
  }
}

/** What is built: what the check decided, or, where there was none, the base as it is now. */
export async function planBuild(
  { planned }: BuildInputs,
  outside: ReturnType<typeof buildOutside>,
  context: TaskContext,
): Promise<BuildPlan> {
  if (planned.kind === 'checked') return planned.record
  const { build } = planned
  const { credentialsFor: credentials, ...rest } = outside
  const registry = registryClient(patientHttp(context), build.mirrors, { credentials, mask: context.mask })
  return planUnchecked(build, { ...rest, registry })
}
