import { ECRClient } from '@aws-sdk/client-ecr'
import type { AwsCredentials } from '../aws/aws-settings.ts'
import { attempt } from './ecr-error.ts'

export interface EcrAddress {
  readonly repositoryName: string
  /** Account of the registry; the caller's own where undefined. */
  readonly registryId?: string
  readonly region: string
}

/** ECR in one region and the way to ask it. */
export interface RegionConnection {
  readonly region: string
  /**
   * Runs requests. `attempted` says for messages what they are for, `absent` names the exceptions that are an answer
   * here: they give undefined. Throws EcrError, and the signal's reason when that ends it.
   */
  ask<T>(attempted: string, send: Send<T>, absent?: readonly string[]): Promise<T | undefined>
}

/** One repository of ECR and the way to ask about it. */
export interface EcrConnection extends RegionConnection {
  /** What every request about the repository starts with. */
  readonly repository: Pick<EcrAddress, 'repositoryName' | 'registryId'>
  /** As it stands in messages: `repository platform/aspnet in eu-west-1`. */
  readonly place: string
}

/** Sends requests with the client; the options belong to every one of them. */
export type Send<T> = (client: ECRClient, options: { readonly abortSignal?: AbortSignal }) => Promise<T>

export function connectEcr(
  { repositoryName, registryId, region }: EcrAddress,
  credentials: AwsCredentials,
  signal?: AbortSignal,
): EcrConnection {
  return {
    ...connectRegion(region, credentials, signal),
    repository: { repositoryName, ...(registryId !== undefined && { registryId }) },
    place: `repository ${repositoryName} in ${region}`,
  }
}

export function connectRegion(region: string, credentials: AwsCredentials, signal?: AbortSignal): RegionConnection {
  const client = ecrClient(region, credentials)
  const options = signal === undefined ? {} : { abortSignal: signal }
  return {
    region,
    async ask(attempted, send, absent) {
      try {
        return await attempt(attempted, () => send(client, options), absent)
      } catch (error) {
        signal?.throwIfAborted()
        throw error
      }
    },
  }
}

/**
 * Eight attempts with the SDK's growing waits get over 70 s of throttling; where nothing answers at all, 15 s each make
 * it two minutes.
 */
function ecrClient(region: string, credentials: AwsCredentials): ECRClient {
  // The SDK would print a notice about a later end of Node 20 support into every pipeline log.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  return new ECRClient({
    region,
    maxAttempts: 8,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true },
    ...(credentials.kind === 'static' && { credentials }),
  })
}
