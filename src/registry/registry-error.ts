import type { ConnectionError, HttpResponse } from '../http/http-client.ts'
import { isOutageCode, isOutageStatus } from '../http/outage.ts'
import type { Digest } from '../model/digest.ts'
import type { FailureKind } from '../model/failure-kind.ts'
import { formatReference, type Reference } from '../model/reference.ts'
import type { ContentFault } from './read-content.ts'

/** What became of a request to a registry. */
export type RegistryFault =
  /** An answer that is not 200; `redirectedTo` is the host that gave it, where that is another one. */
  | (Refusal & { readonly what: 'refused'; readonly redirectedTo?: string })
  /** `host`, where the registry's tokens are, gave none. */
  | (Refusal & { readonly what: 'no-sign-in'; readonly host: string })
  | { readonly what: 'unreachable'; readonly connection: ConnectionError }
  /** The answer is not a manifest, a configuration or a token. */
  | { readonly what: 'content'; readonly fault: ContentFault }
  | { readonly what: 'too-large'; readonly host: string; readonly maxBytes: number }
  /** The bytes have another digest than the one that was asked for, or that the registry states. */
  | { readonly what: 'other-bytes'; readonly digest: Digest }
  | { readonly what: 'no-platform'; readonly wanted: string; readonly available: readonly string[] }
  /** The registry names a place for tokens that is not an https address. */
  | { readonly what: 'unsafe-token-address' }
  | { readonly what: 'no-token'; readonly host: string }

interface Refusal {
  readonly status: number
  /** The registry's own word, such as `MANIFEST_UNKNOWN`; its messages are free text and stay out. */
  readonly code?: string
  /** Whether credentials were sent along. */
  readonly hasCredentials: boolean
}

/** A registry said no, said nothing, or said something that is not an image. Doubt is an error, never an answer. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  /** What was really asked for: a mirror's name, where there is one. */
  readonly place: Reference
  readonly fault: RegistryFault

  constructor(place: Reference, fault: RegistryFault, options?: ErrorOptions) {
    super(`${formatReference(place)}: ${fault.what}`, options)
    this.place = place
    this.fault = fault
  }

  get kind(): FailureKind {
    const { fault } = this
    if (fault.what === 'unreachable') return isOutageCode(fault.connection.code) ? 'outage' : 'refusal'
    const isOfStatus = fault.what === 'refused' || fault.what === 'no-sign-in'
    return isOfStatus && isOutageStatus(fault.status) ? 'outage' : 'refusal'
  }

  /** The HTTP status; undefined where there was no answer, or a bad one. */
  get status(): number | undefined {
    return 'status' in this.fault ? this.fault.status : undefined
  }
}

/** What an answer that is not 200 says. */
export function readRefusal({ status, body }: HttpResponse, hasCredentials: boolean): Refusal {
  const [, code] = /"code"\s*:\s*"([A-Z_]{1,40})"/.exec(body.toString('utf8')) ?? []
  return { status, hasCredentials, ...(code !== undefined && { code }) }
}
