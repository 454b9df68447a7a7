import {
  type BuildPorts,
  type BuildRequest,
  buildPlatformImage,
  type PlatformImage,
} from '../build-image/build-platform-image.ts'
import { planUnchecked, type UncheckedBuild, type UncheckedBuildPorts } from '../build-image/plan-unchecked.ts'
import { summarizeBuild } from '../build-image/summarize-build.ts'
import { requireCapableEngine } from '../dockerfile-build/require-capable-engine.ts'
import { type Application, planApplication } from '../integration-test/build-application.ts'
import { type Recording, recordChecks, type TestCheck } from '../integration-test/record-checks.ts'
import { type IntegrationTestPorts, runIntegrationTest } from '../integration-test/run-integration-test.ts'
import { checkNames, plannedChecks, type TestMode } from '../integration-test/test-mode.ts'
import type { BuildPlan, BuildRecord } from '../model/build-record.ts'
import type { Markdown } from '../model/markdown.ts'
import { formatReference } from '../model/reference.ts'

export interface BuildAndTestRequest extends Omit<BuildRequest, 'record'> {
  readonly planned: PlannedBuild
  /** Undefined: the image is built, but not tested. */
  readonly test: PlannedTest | undefined
  /** Absolute path of a file that gets the image as well. */
  readonly archive: string | undefined
  readonly signal: AbortSignal
}

/** What decides about the build: the record of a check, or the form alone. */
export type PlannedBuild =
  | { readonly kind: 'checked'; readonly record: BuildRecord }
  | { readonly kind: 'unchecked'; readonly build: UncheckedBuild }

/** How the platform image is tested with an application. */
export interface PlannedTest {
  readonly application: TestApplication
  readonly mode: TestMode
}

/** A test application, as far as the platform image itself does not say the rest. */
export interface TestApplication extends Omit<Application, 'platform' | 'mirrors' | 'baseImage'> {
  /** Undefined: what the platform image is built on. */
  readonly baseImage?: string
}

export interface BuildAndTestPorts
  extends BuildPorts, Omit<UncheckedBuildPorts, 'buildContext'>, Omit<IntegrationTestPorts, 'checks'> {
  readonly engine: BuildPorts['engine'] & IntegrationTestPorts['engine']
  readonly saveImage: (name: string, file: string) => Promise<void>
  /** Hears of the image as soon as it is there. */
  readonly onBuilt: (image: PlatformImage) => void
  readonly recording: Recording
  /** Shows what was found out, also when something failed. */
  readonly report: (report: Report) => Promise<void>
}

export interface Report {
  readonly checks: readonly TestCheck[]
  /** Markdown about what was done before the test. */
  readonly summaries: readonly Markdown[]
  readonly record: BuildPlan
}

/**
 * Builds a platform image on the base of its plan, and tests it with a real application. The image stays in the engine,
 * also where its test fails. Gives the plan that it was built by.
 */
export async function buildAndTest(request: BuildAndTestRequest, ports: BuildAndTestPorts): Promise<BuildPlan> {
  const { planned, test: wanted, archive, owner, signal } = request
  await requireCapableEngine(wanted === undefined ? [] : [wanted.application.dockerfile], ports.engine)
  const record = planned.kind === 'checked' ? planned.record : await planUnchecked(planned.build, ports)
  const test = wanted && planTest(wanted, record)
  const checks = recordChecks(plannedChecks(test?.mode), ports.recording)
  const summaries: Markdown[] = []
  try {
    const built = await checks.attempt(checkNames.imageBuilds, () => buildPlatformImage({ ...request, record }, ports))
    ports.onBuilt(built)
    summaries.push(summarizeBuild(built, record))
    if (test !== undefined)
      await runIntegrationTest({ ...test, image: built.name, owner, signal }, { ...ports, checks })
    if (archive !== undefined) await ports.saveImage(built.name, archive)
    return record
  } finally {
    await ports.report({ checks: checks.checks(), summaries, record })
  }
}

/** The test, on the platform image in the place of what that is built on. */
function planTest({ application, mode }: PlannedTest, { base, platform, mirrors }: BuildPlan) {
  const baseImage = formatReference(base.reference)
  return { application: planApplication({ baseImage, ...application, platform, mirrors }), mode }
}
