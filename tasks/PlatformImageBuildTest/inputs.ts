import { normalize } from 'node:path'
import type { BuildAndTestRequest, PlannedBuild } from '../../src/build-and-test/build-and-test.ts'
import type { UncheckedBuild } from '../../src/build-image/plan-unchecked.ts'
import { loadDockerfile } from '../../src/build-context/load-dockerfile.ts'
import { type BuildRecord, isRecordLabel, parseBuildRecord } from '../../src/model/build-record.ts'
import { InputError } from '../../src/model/input-error.ts'
import { type Mirrors, parseMirrors } from '../../src/model/mirrors.ts'
import { formatPlatform } from '../../src/model/platform.ts'
import { parseReleaseLine } from '../../src/model/release-line.ts'
import type { Inputs } from '../../src/pipelines/inputs.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { readAssignments, readBuildArguments, readMirrors, readPlatform, readSecrets } from '../read-inputs.ts'
import { readArchiveFile } from './archive-file.ts'
import { readTestInputs } from './test-inputs.ts'

/** What the form says; the run itself says the rest. */
export type BuildTestInputs = Omit<BuildAndTestRequest, 'owner' | 'provenance' | 'signal'>

/** Reads the form of PlatformImageBuildTest; throws InputError before anything is touched. */
export async function readBuildTestInputs(context: TaskContext): Promise<BuildTestInputs> {
  const { inputs, mask } = context
  const json = inputs.optionalText('buildRecord')
  const record = json === undefined ? undefined : readRecord(json)
  const folder = inputs.folder('contextPath')
  const given = inputs.optionalText('dockerfile')
  const dockerfile = await loadDockerfile({
    contextInput: 'contextPath',
    context: folder,
    dockerfileInput: given === undefined && record?.dockerfile !== undefined ? 'buildRecord' : 'dockerfile',
    dockerfile: given ?? record?.dockerfile ?? 'Dockerfile',
  })
  const buildArguments = readBuildArguments(inputs)
  return {
    planned:
      record === undefined
        ? planOfForm(context, { dockerfile, buildArguments })
        : planOfRecord(context, record, buildArguments),
    context: folder,
    dockerfile,
    buildArguments,
    secrets: readSecrets(inputs, 'buildSecrets', mask),
    labels: readLabels(inputs),
    layerCache: inputs.choice('layerCache', ['auto', 'use', 'ignore']),
    test: await readTestInputs(context),
    archive: await readArchiveFile(inputs),
  }
}

function readRecord(json: string): BuildRecord {
  try {
    return parseBuildRecord(json)
  } catch (error) {
    throw new InputError('buildRecord', `is not a build record. Give the output "buildRecord" of PlatformImageCheck.`, {
      cause: error,
    })
  }
}

/** Everything is as the record says; what the form gives as well must be the same. */
function planOfRecord(
  { inputs }: TaskContext,
  record: BuildRecord,
  buildArguments: Record<string, string>,
): PlannedBuild {
  requireSame('repositoryName', inputs.optionalText('repositoryName'), record.releaseLine.repositoryName)
  requireSame('tagPrefix', inputs.optionalText('tagPrefix'), record.releaseLine.tagPrefix)
  const dockerfile = inputs.optionalText('dockerfile')
  requireSame('dockerfile', dockerfile && normalize(dockerfile), record.dockerfile && normalize(record.dockerfile))
  requireSame('target', inputs.optionalText('target'), record.target ?? 'no target')
  const platform = inputs.optionalText('platform')
  requireSame('platform', platform && formatPlatform(readPlatform(inputs)), formatPlatform(record.platform))
  const mirrors = inputs.list('registryMirrors')
  if (mirrors.length > 0) {
    requireSame('registryMirrors', formatMirrors(parseMirrors(mirrors)), formatMirrors(record.mirrors))
  }
  for (const [name, recorded] of Object.entries(record.buildArguments)) {
    if (!Object.hasOwn(buildArguments, name)) continue
    requireSame('buildArguments', `${name}=${buildArguments[name] ?? ''}`, `${name}=${recorded}`)
  }
  return { kind: 'checked', record }
}

/** Without a record the form alone decides, as it does for a check. */
function planOfForm(context: TaskContext, given: Pick<UncheckedBuild, 'dockerfile' | 'buildArguments'>): PlannedBuild {
  const { inputs } = context
  const [repositoryName, tagPrefix] = [inputs.optionalText('repositoryName'), inputs.optionalText('tagPrefix')]
  if ((repositoryName === undefined) !== (tagPrefix === undefined)) {
    throw new InputError(
      repositoryName === undefined ? 'repositoryName' : 'tagPrefix',
      'is empty, but a release line has both. Give both, or none to write no record.',
    )
  }
  const build = {
    ...given,
    releaseLine: repositoryName && tagPrefix ? parseReleaseLine(repositoryName, tagPrefix) : undefined,
    platform: inputs.optionalText('platform') === undefined ? defaultPlatform : readPlatform(inputs),
    target: inputs.optionalText('target'),
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
  throw new InputError(
    input,
    `says ${given}, but the record of the check says ${recorded}. Leave it out here, or give the check the same.`,
  )
}

function formatMirrors(mirrors: Mirrors): string {
  const lines = Object.entries(mirrors).map(([registry, mirror]) => `${registry}=${mirror}`)
  return lines.sort().join(', ') || 'no mirrors'
}

function readLabels(inputs: Inputs): Record<string, string> {
  const labels = readAssignments(inputs, 'labels', { what: 'label', form: 'name=value', name: /^[A-Za-z0-9][\w./-]*$/ })
  const taken = Object.keys(labels).find(isRecordLabel)
  if (taken === undefined) return labels
  throw new InputError('labels', `gives ${taken}, which the build record writes itself. Choose another name.`)
}
