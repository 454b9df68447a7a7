import { normalize } from 'node:path'
import type { BuildAndTestRequest, PlannedBuild } from '../../src/build-and-test/build-and-test.ts'
import type { UncheckedBuild } from '../../src/build-image/plan-unchecked.ts'
import { loadDockerfile } from '../../src/build-context/load-dockerfile.ts'
import type { BuildRecord } from '../../src/model/build-record.ts'
import { invalidInput } from '../../src/model/invalid-input.ts'
import type { Mirrors } from '../../src/model/mirrors.ts'
import { formatPlatform } from '../../src/model/platform.ts'
import { readMirrors } from '../base-registry.ts'
import { requireMounts } from '../build-secrets.ts'
import { warnOfUndeclared } from '../parse-assignments.ts'
import { readWorkspace } from '../read-workspace.ts'
import { requireNoSecrets } from '../require-no-secrets.ts'
import { locateArchive } from './locate-archive.ts'
import type { BuildTestContext } from './form.ts'
import { readTestInputs } from './test-inputs.ts'

/** What the form says; the run itself says the rest. */
export type BuildTestInputs = Omit<BuildAndTestRequest, 'owner' | 'provenance' | 'signal'>

/** Reads the form of PlatformImageBuildTest; throws InvalidInput before anything is touched. */
export async function readBuildTestInputs(context: BuildTestContext): Promise<BuildTestInputs> {
  const { inputs } = context
  const record = inputs.buildRecord()
  const folder = inputs.contextPath()
  const given = inputs.dockerfile()
  const dockerfile = await loadDockerfile({
    contextInput: 'contextPath',
    context: folder,
    dockerfileInput: given === undefined && record?.dockerfile !== undefined ? 'buildRecord' : 'dockerfile',
    dockerfile: given ?? record?.dockerfile ?? 'Dockerfile',
    workspace: readWorkspace(context),
  })
  const buildArguments = inputs.buildArguments()
  const secrets = inputs.buildSecrets()
  requireMounts('buildSecrets', secrets, dockerfile)
  const undeclared = warnOfUndeclared('buildArguments', Object.keys(buildArguments), dockerfile)
  if (undeclared !== undefined) context.log.warning(undeclared)
  const labels = inputs.labels()
  requireNoSecrets({ input: 'labels', values: labels, shownIn: 'the labels of the image' }, context)
  return {
    planned:
      record === undefined
        ? planOfForm(context, { dockerfile, buildArguments })
        : planOfRecord(context, record, buildArguments),
    context: folder,
    dockerfile,
    buildArguments,
    secrets,
    labels,
    layerCache: inputs.layerCache(),
    test: await readTestInputs(context),
    archive: await locateArchive(inputs.imageArchive()),
  }
}

/** Everything is as the record says; what the form gives as well must be the same. */
function planOfRecord(
  { inputs }: BuildTestContext,
  record: BuildRecord,
  buildArguments: Record<string, string>,
): PlannedBuild {
  requireSame('repositoryName', inputs.repositoryName(), record.releaseLine.repositoryName)
  requireSame('tagPrefix', inputs.tagPrefix(), record.releaseLine.tagPrefix)
  const dockerfile = inputs.dockerfile()
  requireSame('dockerfile', dockerfile && normalize(dockerfile), record.dockerfile && normalize(record.dockerfile))
  requireSame('target', inputs.target(), record.target ?? 'no target')
  const platform = inputs.platform()
  requireSame('platform', platform && formatPlatform(platform), formatPlatform(record.platform))
  const mirrors = inputs.registryMirrors()
  requireSame('registryMirrors', mirrors && formatMirrors(mirrors), formatMirrors(record.mirrors))
  for (const [name, recorded] of Object.entries(record.buildArguments)) {
    if (!Object.hasOwn(buildArguments, name)) continue
    requireSame('buildArguments', `${name}=${buildArguments[name] ?? ''}`, `${name}=${recorded}`)
  }
  return { kind: 'checked', record }
}

/** Without a record the form alone decides, as it does for a check. */
function planOfForm(
  context: BuildTestContext,
  given: Pick<UncheckedBuild, 'dockerfile' | 'buildArguments'>,
): PlannedBuild {
  const { inputs } = context
  const [repositoryName, tagPrefix] = [inputs.repositoryName(), inputs.tagPrefix()]
  if ((repositoryName === undefined) !== (tagPrefix === undefined)) {
    const missing = repositoryName === undefined ? 'repositoryName' : 'tagPrefix'
    throw invalidInput(missing, 'is empty, but a release line has both', 'Give both, or none to write no record')
  }
  const build = {
    ...given,
    releaseLine: repositoryName && tagPrefix ? { repositoryName, tagPrefix } : undefined,
    platform: inputs.platform() ?? defaultPlatform,
    target: inputs.target(),
    mirrors: readMirrors(context),
  }
  return { kind: 'unchecked', build }
}

const defaultPlatform = { os: 'linux', architecture: 'amd64' } as const

/**
 * What was checked is what is built: an input that says something else would be forgotten without a word. What the
 * record does not tell is compared with nothing.
 */
function requireSame(input: string, given: string | undefined, recorded: string | undefined): void {
  if (given === undefined || recorded === undefined || given === recorded) return
  const reason = `says ${given}, but the record of the check says ${recorded}`
  throw invalidInput(input, reason, 'Leave it out here, or give the check the same')
}

function formatMirrors(mirrors: Mirrors): string {
  const lines = Object.entries(mirrors).map(([registry, mirror]) => `${registry}=${mirror}`)
  return lines.sort().join(', ') || 'no mirrors'
}
