import { CreateRepositoryCommand, type Repository as RepositoryDescription } from '@aws-sdk/client-ecr'
import type { RepositorySettings } from '../publish/repository.ts'
import type { EcrConnection } from './ecr-connection.ts'
import { EcrError } from './ecr-error.ts'
import { writeTagSettings } from './tag-mutability.ts'

const refusesSettings = ['InvalidParameterException', 'ValidationException']

/**
 * Creates a repository; undefined where somebody else has just done so. Not every region takes exceptions from tag
 * mutability: there the repository comes with ECR's default, as the description says.
 */
export async function createRepository(
  ecr: EcrConnection,
  settings: RepositorySettings,
): Promise<RepositoryDescription | undefined> {
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
): Promise<RepositoryDescription | undefined> {
  const tags = Object.entries(resourceTags).map(([Key, Value]) => ({ Key, Value }))
  const answer = await ecr.ask(
    `create the ${ecr.place}`,
    (client, options) =>
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
    ['RepositoryAlreadyExistsException'],
  )
  return answer?.repository
}
