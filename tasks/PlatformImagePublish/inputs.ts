import type { Log } from '../../src/model/log.ts'
import { parseVersionTag, type ReleaseLine } from '../../src/model/release-line.ts'
import { namingInput } from '../../src/pipelines/form.ts'
import type { TagWishes } from '../../src/publish/plan-tags.ts'
import type { PublishRequest } from '../../src/publish/publish-image.ts'
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
  const imageArchive = inputs.imageArchive()
  const encryptionKey = inputs.encryptionKey()
  return {
    releaseLine,
    image: inputs.image(),
    ...(imageArchive !== undefined && { imageArchive }),
    version: namingInput('versionTag', () => parseVersionTag(releaseLine, inputs.versionTag())),
    createRepository: inputs.createRepository(),
    versionTagsImmutable: inputs.versionTagsImmutable(),
    scanOnPush: inputs.scanOnPush(),
    ...(encryptionKey !== undefined && { encryptionKey }),
    resourceTags: inputs.resourceTags(),
  }
}
