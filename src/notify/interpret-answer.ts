/** What is known about a card that was sent; never more than the endpoint said. */
export type Delivery =
  /** A workflow took it; whether it posts the card, only the workflow knows. */
  | { readonly kind: 'queued' }
  /** A connector posted it. */
  | { readonly kind: 'delivered' }
  | Lost

/**
 * A card that is not known to be there. `unconfirmed`: there is no answer, or none that says anything; the card may be in
 * the channel. `refused`: it was not taken, or never sent.
 */
export interface Lost {
  readonly kind: 'unconfirmed' | 'refused'
  readonly fault: DeliveryFault
  /** Whether an attempt before the last may have brought the card. */
  readonly isRepeated?: true
}

/** What became of the last attempt to send a card. */
export type DeliveryFault =
  /** The connector accepted it, but Teams answered this status; undefined where the connector does not say which. */
  | { readonly what: 'not-posted'; readonly status: number | undefined }
  /** The answer of a success, but not with a text that confirms one. */
  | { readonly what: 'no-confirmation'; readonly status: number; readonly text: 'web page' | 'empty' | 'unknown' }
  /** `gateway`: it may say so after the card was queued. `code` is the endpoint's own word. */
  | { readonly what: 'gateway' | 'redirected' | 'rejected'; readonly status: number; readonly code?: string }
  /** There is no answer. */
  | { readonly what: 'no-answer'; readonly error: unknown }

/**
 * Reads the answer of a webhook: a workflow says 202 for queued, a connector 200 and puts what happened into the text.
 * Of a body that is partial, only the beginning is known.
 */
export function interpretAnswer(status: number, body: string, isPartial = false): Delivery {
  const text = body.trim()
  if (status === 202) return { kind: 'queued' }
  if (status === 200 && text === '1' && !isPartial) return { kind: 'delivered' }
  if (status === 200 && text.startsWith('Webhook message delivery failed')) {
    const reason = /HTTP error (\d{3})/.exec(text)?.[1]
    return { kind: 'refused', fault: { what: 'not-posted', status: reason === undefined ? undefined : Number(reason) } }
  }
  if (status >= 200 && status < 300) {
    return { kind: 'unconfirmed', fault: { what: 'no-confirmation', status, text: kindOf(text) } }
  }
  const code = /"code"\s*:\s*"([A-Za-z]{1,60})"/.exec(text)?.[1]
  const answer = { status, ...(code !== undefined && { code }) }
  if (isOutageOfGateway(status)) return { kind: 'unconfirmed', fault: { what: 'gateway', ...answer } }
  return { kind: 'refused', fault: { what: status >= 300 && status < 400 ? 'redirected' : 'rejected', ...answer } }
}

/** Reads why there is no answer. */
export function interpretFailure(error: unknown): Lost {
  const isUnsent = error instanceof Error && 'isUnsent' in error && error.isUnsent === true
  return { kind: isUnsent ? 'refused' : 'unconfirmed', fault: { what: 'no-answer', error } }
}

/** What is known after all attempts: a refusal does not undo an earlier attempt that may have brought the card. */
export function summarizeAttempts(attempts: readonly Delivery[]): Delivery {
  const last = attempts.at(-1)
  if (last === undefined) throw new Error('A card was never tried to be sent')
  if (last.kind !== 'refused' || !attempts.some(({ kind }) => kind === 'unconfirmed')) return last
  return { kind: 'unconfirmed', fault: last.fault, isRepeated: true }
}

/** Not 501, which says that there will never be an answer. */
function isOutageOfGateway(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 501)
}

/** The text itself is not shown: it may hold anything. */
function kindOf(text: string): 'web page' | 'empty' | 'unknown' {
  if (text.startsWith('<')) return 'web page'
  return text === '' ? 'empty' : 'unknown'
}
