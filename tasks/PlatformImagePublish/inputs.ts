import { InputError } from '../../src/model/input-error.ts'
import type { Log } from '../../src/model/log.ts'
import { parseReference } from '../../src/model/reference.ts'
import { parseVersionTag, type ReleaseLine } from '../../src/model/release-line.ts'
import type { Inputs } from '../../src/pipelines/inputs.ts'
import type { PublishRequest } from '../../src/publish/publish-image.ts'
import type { TagWishes } from '../../src/publish/plan-tags.ts'

/** Which tags are to follow; one that holds a variable that does not exist is left out, with a warning. */
export function readTagWishes(inputs: Inputs, log: Log): TagWishes {
  const leftOut = (tag: string) => {
    log.warning(`The extra tag ${tag} holds a variable that does not exist; it is left out.`)
  }
  return { extraTags: inputs.lenientList('extraTags', leftOut), tagAsLatest: inputs.flag('tagAsLatest') }
}

/** What is to be published, and what becomes of a repository that does not exist; throws InputError. */
export function readPublishInputs(inputs: Inputs, releaseLine: ReleaseLine): Omit<PublishRequest, keyof TagWishes> {
  const imageArchive = inputs.optionalText('imageArchive')
  const encryptionKey = inputs.optionalText('encryptionKey')
  return {
    releaseLine,
    image: readImage(inputs),
    ...(imageArchive !== undefined && { imageArchive }),
    version: parseVersionTag(releaseLine, inputs.text('versionTag')),
    createRepository: inputs.flag('createRepository'),
    versionTagsImmutable: inputs.flag('versionTagsImmutable'),
    scanOnPush: inputs.flag('scanOnPush'),
    ...(encryptionKey !== undefined && { encryptionKey }),
    resourceTags: readResourceTags(inputs),
  }
}

function readImage(inputs: Inputs): string {
  const image = inputs.text('image')
  try {
    parseReference(image)
    return image
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    throw new InputError('image', `does not name an image: ${because} Give BuildTest's output "image".`, {
      cause: error,
    })
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html */
const maxTags = 50
const maxName = 128
const maxValue = 256

function readResourceTags(inputs: Inputs): Record<string, string> {
  const tags = new Map<string, string>()
  for (const { text, number } of inputs.lines('resourceTags')) {
    const refuse = (why: string) => {
      throw new InputError('resourceTags', `has a line ${String(number)} that ${why}: "${text}".`)
    }
    const [, name = '', value = ''] = /^([^=]+?)\s*=\s*(.*)$/.exec(text) ?? []
    if (name === '') refuse('is no tag. Write it as name=value')
    if (/^aws:/i.test(name)) refuse('begins with "aws:", which AWS keeps for itself')
    if (name.length > maxName || value.length > maxValue) refuse('is too long for AWS')
    if (tags.has(name)) refuse('names a tag for the second time')
    tags.set(name, value)
  }
  if (tags.size > maxTags) throw new InputError('resourceTags', `has more than ${String(maxTags)} tags.`)
  return Object.fromEntries(tags)
}
