import { chooseBase, parseBaseImage } from '../../src/check/choose-base.ts'
import type { CheckRequest } from '../../src/check/check-platform-image.ts'
import type { Policy } from '../../src/check/policy.ts'
import { loadDockerfile } from '../../src/build-context/load-dockerfile.ts'
import type { DockerfileSource } from '../../src/dockerfile/dockerfile-source.ts'
import { InputError } from '../../src/model/input-error.ts'
import { withImpliedTag } from '../../src/model/reference.ts'
import type { Inputs } from '../../src/pipelines/inputs.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { readBuildArguments, readMirrors, readPlatform } from '../read-inputs.ts'

/** What the form says, but for the release line. */
export interface CheckInputs extends Omit<CheckRequest, 'releaseLine' | 'run' | 'isRepeated'> {
  /** Undefined where a release runs without the sources. */
  readonly sources: Sources | undefined
  readonly onlyWarnWhenCheckFails: boolean
}

export interface Sources {
  /** Absolute path. */
  readonly context: string
  readonly dockerfile: DockerfileSource
}

/** Reads the form of PlatformImageCheck; throws InputError before anything is asked. */
export async function readCheckInputs(context: TaskContext): Promise<CheckInputs> {
  const { inputs } = context
  const policy = readPolicy(inputs)
  const baseImage = inputs.optionalText('baseImage')
  const sources = await readSources(context, {
    baseIsGiven: baseImage !== undefined,
    filesCount: policy.rebuildOnContextChange,
  })
  const buildOptions = {
    platform: readPlatform(inputs),
    target: inputs.optionalText('target'),
    buildArguments: readBuildArguments(inputs),
  }
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
    ...(sources !== undefined && { dockerfile: dockerfileInput(inputs) }),
    ...(buildOptions.target !== undefined && { target: buildOptions.target }),
    mirrors: readMirrors(context),
    forced: inputs.flag('forceUpdate'),
    // A digest has no date.
    policy: base.reference.digest === undefined ? policy : { ...policy, compareBy: 'digest' },
    bump: inputs.choice('versionBump', ['minor', 'patch', 'major', 'auto']),
    onlyWarnWhenCheckFails: inputs.choice('whenCheckFails', ['fail', 'warn']) === 'warn',
  }
}

function readPolicy(inputs: Inputs): Policy {
  const maxAge = inputs.optionalText('maxAgeDays')
  if (maxAge !== undefined && !/^[1-9]\d{0,3}$/.test(maxAge)) {
    throw new InputError('maxAgeDays', `is "${maxAge}". Give a whole number of days, or nothing for no limit.`)
  }
  return {
    compareBy: inputs.choice('compareBy', ['digest', 'pushDate']),
    rebuildOnContextChange: inputs.flag('rebuildOnContextChange'),
    ...(maxAge !== undefined && { maxAgeDays: Number(maxAge) }),
    whenUnverifiable: inputs.choice('whenUnverifiable', ['rebuild', 'keep', 'fail']),
    whenTagsBehind: inputs.choice('whenTagsBehind', ['warn', 'repair', 'ignore']),
  }
}

const usualDockerfile = 'Dockerfile'

function dockerfileInput(inputs: Inputs): string {
  return inputs.optionalText('dockerfile') ?? usualDockerfile
}

/** A classic release may have no sources; that is an error only where something of them is needed. */
async function readSources(
  { inputs, log }: TaskContext,
  { baseIsGiven, filesCount }: { readonly baseIsGiven: boolean; readonly filesCount: boolean },
): Promise<Sources | undefined> {
  const context = inputs.optionalText('contextPath')
  const dockerfile = dockerfileInput(inputs)
  try {
    if (context === undefined) throw new InputError('contextPath', 'is required, but empty.')
    const names = { contextInput: 'contextPath', context, dockerfileInput: 'dockerfile', dockerfile }
    return { context, dockerfile: await loadDockerfile(names) }
  } catch (error) {
    // A file that was named and is not there is a mistake, and no missing checkout.
    const isNamed = error instanceof InputError && error.input === 'dockerfile' && dockerfile !== usualDockerfile
    if (!(error instanceof InputError) || isNamed) throw error
    if (baseIsGiven && !filesCount) {
      log.info(`${error.message} Only the base image is compared.`)
      return undefined
    }
    const missing = [
      ...(baseIsGiven ? [] : ['name the image in "baseImage"']),
      ...(filesCount ? ['set "rebuildOnContextChange" to false'] : []),
    ]
    throw new InputError(error.input, `${error.problem} To check without the sources, ${missing.join(' and ')}.`, {
      cause: error,
    })
  }
}
