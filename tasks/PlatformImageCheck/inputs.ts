import { chooseBase, parseBaseImage } from '../../src/check/choose-base.ts'
import type { CheckRequest } from '../../src/check/check-request.ts'
import type { Policy } from '../../src/check/policy.ts'
import { loadDockerfile } from '../../src/build-context/load-dockerfile.ts'
import type { DockerfileSource } from '../../src/dockerfile/dockerfile-source.ts'
import { InvalidInput, invalidInput } from '../../src/model/invalid-input.ts'
import { withImpliedTag } from '../../src/model/reference.ts'
import { readMirrors } from '../base-registry.ts'
import { warnOfUndeclared } from '../parse-assignments.ts'
import { readWorkspace } from '../read-workspace.ts'
import { requireNoSecrets } from '../require-no-secrets.ts'
import { type CheckContext, usualDockerfile } from './form.ts'
import { readSupportPolicy } from './support-policy.ts'

/** What the form says, but for the release line and the purpose. */
export interface CheckInputs extends Omit<CheckRequest, 'releaseLine' | 'purpose' | 'run' | 'isRepeated'> {
  /** Undefined where a release runs without the sources. */
  readonly sources: Sources | undefined
  readonly onlyWarnWhenCheckFails: boolean
}

export interface Sources {
  /** Absolute path. */
  readonly context: string
  readonly dockerfile: DockerfileSource
}

/** Reads the form of PlatformImageCheck; throws InvalidInput before anything is asked. */
export async function readCheckInputs(context: CheckContext): Promise<CheckInputs> {
  const { inputs } = context
  const policy = readPolicy(inputs)
  const baseImage = inputs.baseImage()
  const sources = await readSources(context, {
    baseIsGiven: baseImage !== undefined,
    filesCount: policy.rebuildOnContextChange,
  })
  const buildOptions = {
    platform: inputs.platform(),
    target: inputs.target(),
    buildArguments: inputs.buildArguments(),
  }
  const undeclared =
    sources && warnOfUndeclared('buildArguments', Object.keys(buildOptions.buildArguments), sources.dockerfile)
  if (undeclared !== undefined) context.log.warning(undeclared)
  const written = { input: 'buildArguments', values: buildOptions.buildArguments, shownIn: 'the output "buildRecord"' }
  requireNoSecrets(written, context)
  const base =
    sources === undefined
      ? { reference: withImpliedTag(parseBaseImage(baseImage ?? '')), standsOnBase: true }
      : chooseBase(sources.dockerfile.parsed, { ...buildOptions, baseImage })
  return {
    sources,
    base: base.reference,
    standsOnBase: base.standsOnBase,
    platform: buildOptions.platform,
    buildArguments: buildOptions.buildArguments,
    ...(sources !== undefined && { dockerfile: inputs.dockerfile() }),
    ...(buildOptions.target !== undefined && { target: buildOptions.target }),
    mirrors: readMirrors(context),
    forced: inputs.forceUpdate(),
    // A digest has no date.
    policy: base.reference.digest === undefined ? policy : { ...policy, compareBy: 'digest' },
    supportPolicy: await readSupportPolicy(inputs),
    bump: inputs.versionBump(),
    onlyWarnWhenCheckFails: inputs.whenCheckFails() === 'warn',
  }
}

function readPolicy(inputs: CheckContext['inputs']): Policy {
  const maxAgeDays = inputs.maxAgeDays()
  return {
    compareBy: inputs.compareBy(),
    rebuildOnContextChange: inputs.rebuildOnContextChange(),
    ...(maxAgeDays !== undefined && { maxAgeDays }),
    whenUnverifiable: inputs.whenUnverifiable(),
    whenTagsBehind: inputs.whenTagsBehind(),
  }
}

/** A classic release may have no sources; that is an error only where something of them is needed. */
async function readSources(
  { inputs, log, variable }: CheckContext,
  { baseIsGiven, filesCount }: { readonly baseIsGiven: boolean; readonly filesCount: boolean },
): Promise<Sources | undefined> {
  const context = inputs.contextPath()
  const dockerfile = inputs.dockerfile()
  try {
    if (context === undefined) throw invalidInput('contextPath', 'is required, but empty')
    const workspace = readWorkspace({ variable })
    const names = { contextInput: 'contextPath', context, dockerfileInput: 'dockerfile', dockerfile, workspace }
    return { context, dockerfile: await loadDockerfile(names) }
  } catch (error) {
    // A file that was named and is not there is a mistake, and no missing checkout.
    const isNamed = error instanceof InvalidInput && error.field === 'dockerfile' && dockerfile !== usualDockerfile
    if (!(error instanceof InvalidInput) || isNamed || error.mistake === 'outside') throw error
    if (baseIsGiven && !filesCount) {
      log.info(`The input "${error.field}" ${error.reason}: only the base image is compared`)
      return undefined
    }
    const missing = [
      ...(baseIsGiven ? [] : ['name the image in "baseImage"']),
      ...(filesCount ? ['set "rebuildOnContextChange" to false'] : []),
    ]
    throw new InvalidInput(
      error.field,
      error,
      ...error.advice,
      `To check without the sources, ${missing.join(' and ')}`,
    )
  }
}
