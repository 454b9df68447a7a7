import { CreateRepositoryCommand, type Repository as RepositoryDescription } from '@aws-sdk/client-ecr'
import type { RepositorySettings } from '../publish/repository.ts'
import { countAttempts } from './count-attempts.ts'
import type { EcrConnection } from './ecr-connection.ts'
import { EcrError } from './ecr-error.ts'
import { writeTagSettings } from './tag-mutability.ts'

const refusesSettings = ['InvalidParameterException', 'ValidationException']

/** A repository that is there, and whether by this request; without description where ECR only says that it is. */
export interface Creation {
  readonly description?: RepositoryDescription
  readonly isNew: boolean
}

/**
 * Creates a repository, where nobody else has just done so. Not every region takes exceptions from tag
 * mutability: there the repository comes with ECR's default, as the description says.
 */
export async function createRepository(ecr: EcrConnection, settings: RepositorySettings): Promise<Creation> {
  const { tagSettings, ...rest } = settings
  try {
    return await send(ecr, rest, writeTagSettings(tagSettings))
  } catch (error) {
    const isOfSettings = error instanceof EcrError && refusesSettings.includes(error.code)
    if (!isOfSettings || tagSettings.exceptions.length === 0) throw error
    // If something else was wrong with the request, ECR says so again.
    return await send(ecr, rest, {})
  }
}

async function send(
  ecr: EcrConnection,
  { scanOnPush, encryptionKey, resourceTags }: Omit<RepositorySettings, 'tagSettings'>,
  mutability: Partial<ReturnType<typeof writeTagSettings>>,
): Promise<Creation> {
  const tags = Object.entries(resourceTags).map(([Key, Value]) => ({ Key, Value }))
  const create = countAttempts((client, options) =>
    client.send(
      new CreateRepositoryCommand({
        ...ecr.repository,
        ...mutability,
        imageScanningConfiguration: { scanOnPush },
        ...(encryptionKey !== undefined && {
          encryptionConfiguration: { encryptionType: 'KMS', kmsKey: encryptionKey },
        }),
        ...(tags.length > 0 && { tags }),
      }),
      options,
    ),
  )
  const answer = await ecr.ask(`create the ${ecr.place}`, create.send, ['RepositoryAlreadyExistsException'])
  // A repeated request may find what the first one created, whose answer got lost.
  if (answer === undefined) return { isNew: create.isRepeated() }
  return { ...(answer.repository && { description: answer.repository }), isNew: true }
}
