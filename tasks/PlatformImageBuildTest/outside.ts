import { type BaseRegistry, planUnchecked } from '../../src/build/plan-unchecked.ts'
import { hashContext } from '../../src/context/hash-context.ts'
import { type ApplicationRequest, askApplication } from '../../src/http/ask-application.ts'
import { planApplication } from '../../src/integration-test/build-application.ts'
import type { BuildPlan } from '../../src/model/build-record.ts'
import { formatReference } from '../../src/model/reference.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { baseCredentials, patientHttp } from '../base-registry.ts'
import type { BuildInputs } from './inputs.ts'
import type { TestInputs } from './test-inputs.ts'

/** Plugs in what a build asks of the outside, but for the engine. */
export function buildOutside(build: BuildInputs, context: TaskContext) {
  const { planned, context: folder, dockerfile } = build
  const credentials = baseCredentials(context)
  const { mirrors } = planned.kind === 'checked' ? planned.record : planned.build
  const registry: BaseRegistry = registryClient(patientHttp(context), mirrors, { credentials, mask: context.mask })
  return {
    registry,
    resolvePlatform: registry.resolvePlatform.bind(registry),
    hashContext: (made: Pick<BuildPlan, 'target' | 'buildArguments'>) =>
      hashContext({ ...made, context: folder, dockerfile: dockerfile.path, dockerfileText: dockerfile.text }),
    credentialsFor: credentials,
    send: (request: ApplicationRequest) => askApplication(request, context),
    log: context.log,
  }
}

/** What is built: what the check decided, or, where there was none, the base as it is now. */
export async function planBuild(
  { planned }: BuildInputs,
  outside: ReturnType<typeof buildOutside>,
): Promise<BuildPlan> {
  return planned.kind === 'checked' ? planned.record : planUnchecked(planned.build, outside)
}

/** The test of the form, on the platform image in the place of what that is built on. */
export function planTest({ application, trial }: TestInputs, { base, platform, mirrors }: BuildPlan) {
  const baseImage = formatReference(base.reference)
  return { application: planApplication({ baseImage, ...application, platform, mirrors }), trial }
}
