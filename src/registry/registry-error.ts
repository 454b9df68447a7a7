import type { ConnectionError, HttpResponse } from '../http/http-client.ts'
import { formatReference, type Reference } from '../model/reference.ts'

/** A registry said no, said nothing, or said something that is not an image. Doubt is an error, never an answer. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  /** The HTTP status; undefined where there was no answer, or a bad one. */
  readonly status: number | undefined
  /** Whether asking again later may help. */
  readonly isRetryable: boolean

  private constructor(reference: Reference, because: string, status?: number, options?: ErrorOptions) {
    super(`Cannot read ${formatReference(reference)}: ${because}`, options)
    this.status = status
    this.isRetryable = status === 429 || (status !== undefined && status >= 500)
  }

  static ofResponse(reference: Reference, { status, body }: HttpResponse): RegistryError {
    return new RegistryError(reference, `${String(status)}${firstCode(body)}. ${advice(status)}`, status)
  }

  static ofConnection(reference: Reference, error: ConnectionError): RegistryError {
    return new RegistryError(
      reference,
      `${error.message}. Check the input "registryMirrors" and the agent's network.`,
      undefined,
      { cause: error },
    )
  }

  static ofContent(reference: Reference, problem: string, options?: ErrorOptions): RegistryError {
    return new RegistryError(reference, `${problem}.`, undefined, options)
  }
}

function advice(status: number): string {
  switch (status) {
    case 401:
    case 403:
      return 'The registry wants credentials. Check the input "registryMirrors".'
    case 404:
      return 'There is no such tag. Check the FROM of the Dockerfile, or the input "baseImage".'
    case 429:
      return 'The registry wants fewer requests. Run again later.'
    default:
      return 'Run again later.'
  }
}

/** The registry's own word for it, such as ` MANIFEST_UNKNOWN`; its messages are free text and stay out. */
function firstCode(body: Buffer): string {
  const [, code] = /"code"\s*:\s*"([A-Z_]{1,40})"/.exec(body.toString('utf8')) ?? []
  return code === undefined ? '' : ` ${code}`
}
