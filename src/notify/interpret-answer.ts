/** What is known about a card that was sent; never more than the endpoint said. */
export type Delivery =
  /** A workflow took it; whether it posts the card, only the workflow knows. */
  | { readonly kind: 'queued' }
  /** A connector posted it. */
  | { readonly kind: 'delivered' }
  /** There is no answer, or none that says anything; the card may be in the channel. */
  | { readonly kind: 'unconfirmed'; readonly because: string }
  /** The card was not taken, or never sent. */
  | { readonly kind: 'refused'; readonly because: string }

const advice: Readonly<Record<number, string>> = {
  400: 'The workflow is switched off, or does not take such a card. Look at its trigger, and at the input "payloadShape".',
  401: "The address lacks its signature, or the workflow is for signed-in people only. Copy the whole address, and let anyone trigger the workflow; the address's signature is the secret.",
  404: 'There is no such workflow any more. Create it anew, and give its new address.',
  429: 'Too many cards at once. Send fewer, or later.',
}
const sameAs: Readonly<Record<number, number>> = { 403: 401, 405: 404, 410: 404 }
const otherAdvice = "This does not look like a workflow's answer. Check the address."
const redirectAdvice =
  'It leads elsewhere, where no card was sent. Check the address, and the network for a proxy or a sign-in page in between.'

/**
 * Reads the answer of a webhook: a workflow says 202 for queued, a connector 200 and puts what happened into the text.
 * Of a body that is partial, only the beginning is known.
 */
export function interpretAnswer(status: number, body: string, isPartial = false): Delivery {
  const text = body.trim()
  if (status === 202) return { kind: 'queued' }
  if (status === 200 && text === '1' && !isPartial) return { kind: 'delivered' }
  if (status === 200 && text.startsWith('Webhook message delivery failed')) {
    const reason = /HTTP error (\d{3})/.exec(text)?.[1] ?? 'an error'
    return { kind: 'refused', because: `The connector took it, and got ${reason} from Teams.` }
  }
  if (status >= 200 && status < 300) return { kind: 'unconfirmed', because: `${String(status)} ${tellOddBody(text)}` }
  const code = /"code"\s*:\s*"([A-Za-z]{1,60})"/.exec(text)?.[1]
  const answer = code === undefined ? String(status) : `${String(status)} ${code}`
  // A gateway in front of the workflow can say so after the card was queued.
  if (isOutage(status)) return { kind: 'unconfirmed', because: `${answer}. Try again later.` }
  if (status >= 300 && status < 400) return { kind: 'refused', because: `${answer}. ${redirectAdvice}` }
  return { kind: 'refused', because: `${answer}. ${advice[sameAs[status] ?? status] ?? otherAdvice}` }
}

/** Reads why there is no answer. */
export function interpretFailure(error: unknown): Delivery {
  const { message } = error instanceof Error ? error : new Error(String(error))
  // A whole sentence has an advice of its own.
  const because = message.endsWith('.')
    ? message
    : `${message}. Check the agent's network, its proxy, and NODE_EXTRA_CA_CERTS where that has a certificate of its own.`
  const isUnsent = error instanceof Error && 'isUnsent' in error && error.isUnsent === true
  return { kind: isUnsent ? 'refused' : 'unconfirmed', because }
}

/** What is known after all attempts: a refusal does not undo an earlier attempt that may have brought the card. */
export function summarizeAttempts(attempts: readonly Delivery[]): Delivery {
  const last = attempts.at(-1)
  if (last === undefined) throw new Error('A card was never tried to be sent.')
  if (last.kind !== 'refused' || !attempts.some(({ kind }) => kind === 'unconfirmed')) return last
  return { kind: 'unconfirmed', because: `An earlier attempt may have brought it. The last: ${last.because}` }
}

/** Not 501, which says that there will never be an answer. */
function isOutage(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 501)
}

/** The text itself is not shown: it may hold anything. */
function tellOddBody(text: string): string {
  if (text.startsWith('<')) {
    return 'with a web page is no confirmation. Check the network for a proxy or a sign-in page in between.'
  }
  return `${text === '' ? 'without a text' : 'with an unknown text'} is no confirmation. Check that the address is a webhook's.`
}
