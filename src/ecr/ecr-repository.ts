import type { AwsCredentials } from '../aws/aws-settings.ts'
import type { Releases } from '../check/releases.ts'
import type { HttpClient } from '../http/http-client.ts'
import type { Repository } from '../publish/repository.ts'
import { connectEcr, type EcrAddress } from './ecr-connection.ts'
import { publishReleases } from './publish-releases.ts'
import { readReleases } from './read-releases.ts'

export interface EcrOptions extends EcrAddress {
  readonly credentials: AwsCredentials
  readonly http: HttpClient
  /** Registers a secret with the log before it is used. */
  readonly mask: (secret: string) => void
  /** Ends every request at once. */
  readonly signal?: AbortSignal
}

/**
 * One repository of Amazon ECR. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/
 * Throws EcrError; only a missing repository is an answer.
 */
export function ecrRepository({ credentials, http, mask, signal, ...address }: EcrOptions): Repository & Releases {
  const ecr = connectEcr(address, credentials, signal)
  const releases = readReleases(ecr, http)
  return {
    ...releases,
    ...publishReleases(ecr, mask),
    tags: async () => (await releases.list())?.tags,
  }
}
