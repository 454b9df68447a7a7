import { inputOf } from '../../src/model/invalid-input.ts'
import { InvalidValue } from '../../src/model/invalid-value.ts'
import type { Log } from '../../src/model/log.ts'
import { parseVersionTag, type ReleaseLine, type Version } from '../../src/model/release-line.ts'
import { namingInput } from '../../src/pipelines/form.ts'
import type { TagWishes } from '../../src/publish/plan-tags.ts'
import type { PublishRequest } from '../../src/publish/publish-image.ts'
import type { RehearsalRequest } from '../../src/publish/rehearse-publish.ts'
import type { PublishContext } from './form.ts'

type PublishInputs = PublishContext['inputs']

/** Which tags are to follow; one that holds a variable that does not exist is left out, with a warning. */
export function readTagWishes(inputs: PublishInputs, log: Log): TagWishes {
  const { kept, leftOut } = inputs.extraTags()
  for (const tag of leftOut) {
    log.warning(`The extra tag ${tag} holds a variable that does not exist; it is left out.`)
  }
  return { extraTags: kept, tagAsLatest: inputs.tagAsLatest() }
}

/** What is to be published, and what becomes of a repository that does not exist; throws InvalidInput. */
export function readPublishInputs(
  inputs: PublishInputs,
  releaseLine: ReleaseLine,
): Omit<PublishRequest, keyof TagWishes> {
  const request = readRehearsalInputs(inputs, releaseLine)
  if (request.version !== undefined) return { ...request, version: request.version }
  throw inputOf('versionTag', new InvalidValue('is required, but empty', undefined, { mistake: 'missing' }))
}

/** The same for a validation, whose check may not know the next version. */
export function readRehearsalInputs(
  inputs: PublishInputs,
  releaseLine: ReleaseLine,
): Omit<RehearsalRequest, keyof TagWishes> {
  const imageArchive = inputs.imageArchive()
  const encryptionKey = inputs.encryptionKey()
  return {
    releaseLine,
    image: inputs.image(),
    ...(imageArchive !== undefined && { imageArchive }),
    version: readVersion(inputs, releaseLine),
    createRepository: inputs.createRepository(),
    versionTagsImmutable: inputs.versionTagsImmutable(),
    scanOnPush: inputs.scanOnPush(),
    ...(encryptionKey !== undefined && { encryptionKey }),
    resourceTags: inputs.resourceTags(),
  }
}

function readVersion(inputs: PublishInputs, releaseLine: ReleaseLine): Version | undefined {
  const tag = inputs.versionTag()
  return tag === undefined ? undefined : namingInput('versionTag', () => parseVersionTag(releaseLine, tag))
}
