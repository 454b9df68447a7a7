import { ECRClient } from '@aws-sdk/client-ecr'
import { clientSettings, type Connections } from '../aws/client-settings.ts'
import type { Signing } from '../aws/sign-in.ts'
import { SignInError } from '../aws/sign-in-error.ts'
import { isMisconfiguration } from '../http/outage.ts'
import { retryWhile, type RetryOptions, type RetryableFailure } from '../http/retry.ts'
import { attempt, EcrError } from './ecr-error.ts'

export interface EcrAddress {
  readonly repositoryName: string
  /** Account of the registry; the caller's own where undefined. */
  readonly registryId?: string
  readonly region: string
}

/** Who asks ECR, and how. */
export interface EcrAccess {
  readonly credentials: Signing
  /** Ends every request at once. */
  readonly signal?: AbortSignal
  /** The connections to AWS, where a proxy or other certificates are on the way. */
  readonly httpsAgent?: Connections
  /** How an outage is waited out; it is not where this is left out. */
  readonly retries?: RetryOptions
}

/** ECR in one region and the way to ask it. */
export interface RegionConnection {
  readonly region: string
  /**
   * Runs requests. `attempted` says for messages what they are for, `absent` names the exceptions that are an answer
   * here: they give undefined. Throws EcrError, SignInError, and the signal's reason when that ends it.
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

export function connectEcr({ repositoryName, registryId, region }: EcrAddress, access: EcrAccess): EcrConnection {
  return {
    ...connectRegion(region, access),
    repository: { repositoryName, ...(registryId !== undefined && { registryId }) },
    place: `repository ${repositoryName} in ${region}`,
  }
}

export function connectRegion(region: string, access: EcrAccess): RegionConnection {
  const { signal, retries = { longestTotal: 0 } } = access
  const client = ecrClient(region, access)
  const options = signal === undefined ? {} : { abortSignal: signal }
  return {
    region,
    async ask(attempted, send, absent) {
      const outcome = await retryWhile(
        () => settle(() => attempt(attempted, () => send(client, options), absent), signal),
        (answer) => retryableFailureOf(answer, region),
        retries,
      )
      if ('error' in outcome) throw outcome.error
      return outcome.value
    },
  }
}

type Settled<T> = { readonly value: T } | { readonly error: EcrError | SignInError }

async function settle<T>(call: () => Promise<T>, signal: AbortSignal | undefined): Promise<Settled<T>> {
  try {
    return { value: await call() }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof EcrError || error instanceof SignInError) return { error }
    throw error
  }
}

function retryableFailureOf(outcome: Settled<unknown>, region: string): RetryableFailure | undefined {
  if (!('error' in outcome) || outcome.error.kind !== 'outage') return undefined
  const { code } = outcome.error
  const asked = outcome.error instanceof EcrError ? 'ECR' : 'STS'
  // Azure DevOps was asked for long enough already.
  if (code.startsWith('oidc-')) return undefined
  return {
    host: `${asked} in ${region}`,
    because: `gives no answer (${code})`,
    retryAfter: 0,
    isMisconfiguration: isMisconfiguration(code),
  }
}

function ecrClient(region: string, { credentials, httpsAgent, signal }: EcrAccess): ECRClient {
  return new ECRClient({
    ...clientSettings(region, httpsAgent),
    credentials: credentials.kind === 'static' ? credentials : () => unlessAborted(credentials.keyFor(region), signal),
  })
}

/** The SDK ends its own requests, but not the way to credentials. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error)
      },
      { once: true },
    )
  })
  return Promise.race([work, aborted])
}
