import type { Releases } from '../check/releases.ts'
import type { HttpClient } from '../http/http-client.ts'
import type { Repository } from '../publish/repository.ts'
import { connectEcr, type EcrAccess, type EcrAddress } from './ecr-connection.ts'
import { publishReleases } from './publish-releases.ts'
import { readReleases } from './read-releases.ts'

export interface EcrOptions extends EcrAddress, EcrAccess {
  readonly http: HttpClient
  /** Registers a secret with the log before it is used. */
  readonly mask: (secret: string) => void
}

/**
 * One repository of Amazon ECR. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/
 * Throws EcrError; only a missing repository is an answer.
 */
export function ecrRepository({ http, mask, ...options }: EcrOptions): Repository & Releases {
  const ecr = connectEcr(options, options)
  const releases = readReleases(ecr, http)
  return {
    ...releases,
    ...publishReleases(ecr, mask),
    tags: async () => (await releases.list())?.tags,
  }
}
