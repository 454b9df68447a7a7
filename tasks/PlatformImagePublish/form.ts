import { InvalidValue } from '../../src/model/invalid-value.ts'
import type { NumberedLine } from '../../src/model/numbered-line.ts'
import { InvalidReferenceError, parseReference } from '../../src/model/reference.ts'
import { actions } from '../../src/model/verdict.ts'
import { choice, flag, lenientList, lines, optionalText, requiredWhenRead, text } from '../../src/pipelines/fields.ts'
import type { TaskForm } from '../../src/pipelines/form.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { explainPublish } from '../../src/problems/explain-publish.ts'
import { explainAws } from '../../src/problems/explain-aws.ts'
import { explainEcr } from '../../src/problems/explain-ecr.ts'
import { explainEngine } from '../../src/problems/explain-engine.ts'
import { repositoryInputs } from '../repository-inputs.ts'

/** What PlatformImagePublish is told, and what it answers. */
export const publishTask = {
  inputs: {
    action: choice(...actions),
    ...repositoryInputs,
    image: requiredWhenRead(text(parseImage)),
    imageArchive: optionalText(),
    versionTag: optionalText(),
    extraTags: lenientList(),
    tagAsLatest: flag(true),
    allowPullRequests: flag(false),
    createRepository: flag(true),
    versionTagsImmutable: flag(true),
    scanOnPush: flag(true),
    encryptionKey: optionalText(),
    resourceTags: lines(parseResourceTags),
  },
  outputs: [
    'action',
    'imageUri',
    'imageDigest',
    'versionTag',
    'publishedTags',
    'repositoryUri',
    'repositoryCreated',
    'createdAt',
  ],
  problems: [explainPublish, explainAws, explainEcr, explainEngine],
} as const satisfies TaskForm

export type PublishContext = TaskContext<typeof publishTask>

/** The name of an image in the engine, as it is written. */
function parseImage(image: string): string {
  try {
    parseReference(image)
    return image
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error
    throw new InvalidValue(`does not name an image: ${error.reason}`, `Give BuildTest's output "image"`, {
      cause: error,
    })
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html */
const maxTags = 50
const maxName = 128
const maxValue = 256

function parseResourceTags(tagLines: readonly NumberedLine[]): Record<string, string> {
  const tags = new Map<string, string>()
  for (const { text: tag, number } of tagLines) {
    const refuse = (why: string, rule?: string) => {
      throw new InvalidValue(`${why}: "${tag}"`, rule, { line: number })
    }
    const [, name = '', value = ''] = /^([^=]+?)\s*=\s*(.*)$/.exec(tag) ?? []
    if (name === '') refuse('is not a tag', 'Write it as name=value')
    if (/^aws:/i.test(name)) refuse('begins with "aws:", which AWS keeps for itself')
    if (name.length > maxName || value.length > maxValue) refuse('is too long for AWS')
    if (tags.has(name)) refuse('names a tag for the second time')
    tags.set(name, value)
  }
  if (tags.size > maxTags) throw new InvalidValue(`has more than ${String(maxTags)} tags`)
  return Object.fromEntries(tags)
}
