import type { ConnectionError, HttpResponse } from '../http/http-client.ts'
import { isOutage, isOutageStatus } from '../http/outage.ts'
import { formatReference, type Reference } from '../model/reference.ts'

/**
 * A registry said no, said nothing, or said something that is not an image. Doubt is an error, never an answer.
 * Its message names the place that was really asked, a mirror's where there is one.
 */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  /** The HTTP status; undefined where there was no answer, or a bad one. */
  readonly status: number | undefined
  /** Whether asking again later may help: the registry could not be asked, or had too much to do. */
  readonly isRetryable: boolean

  private constructor(
    place: Reference,
    because: string,
    { status, isRetryable, ...options }: { status?: number; isRetryable: boolean } & ErrorOptions,
  ) {
    super(`Cannot read ${formatReference(place)}: ${because}`, options)
    this.status = status
    this.isRetryable = isRetryable
  }

  /** An answer that is not 200. */
  static ofResponse(place: Reference, response: HttpResponse, hasCredentials: boolean): RegistryError {
    const { status, redirectedTo } = response
    const advice =
      redirectedTo === undefined
        ? adviceOn(status, place, hasCredentials)
        : `That is the answer of ${redirectedTo}, where ${place.registry} keeps its content. Check that the agent's network allows it.`
    return new RegistryError(place, `${statusAndCode(response)}. ${advice}`, {
      status,
      isRetryable: isOutageStatus(status),
    })
  }

  /** The place where a registry's tokens are gave none. */
  static ofSignIn(place: Reference, host: string, response: HttpResponse, hasCredentials: boolean): RegistryError {
    const { status } = response
    const isRefused = status >= 400 && status < 500 && status !== 429
    const advice = isRefused ? credentialsAdvice(place.registry, hasCredentials) : adviceOn(status, place, false)
    return new RegistryError(place, `${host} gives no token: ${statusAndCode(response)}. ${advice}`, {
      status,
      isRetryable: isOutageStatus(status),
    })
  }

  static ofConnection(place: Reference, error: ConnectionError): RegistryError {
    const advice = `Check the input "registryMirrors" and the agent's network, or run again later.`
    return new RegistryError(place, `${error.message}. ${advice}`, { isRetryable: isOutage(error.code), cause: error })
  }

  /** What came is not what was asked for; the problem ends with the next step. */
  static ofContent(place: Reference, problem: string, options?: ErrorOptions): RegistryError {
    return new RegistryError(place, `${problem}.`, { isRetryable: false, ...options })
  }
}

function adviceOn(status: number, place: Reference, hasCredentials: boolean): string {
  switch (status) {
    case 401:
    case 403:
      return credentialsAdvice(place.registry, hasCredentials)
    case 404:
      return place.digest === undefined
        ? 'There is no such tag. Check the FROM of the Dockerfile, or the input "baseImage".'
        : 'The registry does not have this content. Check the input "registryMirrors", or run again later.'
    case 429:
      return 'The registry wants fewer requests. Run again later.'
    default:
      return isOutageStatus(status)
        ? 'Run again later.'
        : `That is no answer of a registry. Check the input "registryMirrors", and the agent's network for a proxy.`
  }
}

function credentialsAdvice(registry: string, hasCredentials: boolean): string {
  const sources = `the input "baseRegistryConnection", for ECR "awsCredentials", or in Docker's configuration on the agent`
  return hasCredentials
    ? `The registry ${registry} does not accept the credentials. Check those in ${sources}.`
    : `The registry ${registry} was asked without credentials. Give some in ${sources}, or check the input "registryMirrors".`
}

/** With the registry's own word for it, such as `404 MANIFEST_UNKNOWN`; its messages are free text and stay out. */
function statusAndCode({ status, body }: HttpResponse): string {
  const [, code] = /"code"\s*:\s*"([A-Z_]{1,40})"/.exec(body.toString('utf8')) ?? []
  return code === undefined ? String(status) : `${String(status)} ${code}`
}
