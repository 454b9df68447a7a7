/** What is known about a card that was sent; never more than the endpoint said. */
export type Delivery =
  /** A workflow took it; whether it posts the card, only the workflow knows. */
  | { readonly kind: 'queued' }
  /** A connector posted it. */
  | { readonly kind: 'delivered' }
  /** There is no answer, or none that says anything; the card may be in the channel. */
  | { readonly kind: 'unconfirmed'; readonly because: string }
  | { readonly kind: 'refused'; readonly because: string }

const advice: Readonly<Record<number, string>> = {
  400: 'The workflow is switched off, or does not take such a card. Look at its trigger, and at the input "payloadShape".',
  401: "The address lacks its signature, or the workflow is for signed-in people only. Copy the whole address, and let anyone trigger the workflow; the address's signature is the secret.",
  404: 'There is no such workflow any more. Create it anew, and give its new address.',
  429: 'Too many cards at once. Send fewer, or later.',
}
const sameAs: Readonly<Record<number, number>> = { 403: 401, 405: 404, 410: 404 }

/** Reads the answer of a webhook: a workflow says 202 for queued, a connector 200 and puts what happened into the text. */
export function interpretAnswer(status: number, body: string): Delivery {
  const text = body.trim()
  if (status === 202) return { kind: 'queued' }
  if (status === 200 && text === '1') return { kind: 'delivered' }
  if (status === 200 && text.startsWith('Webhook message delivery failed')) {
    const reason = /HTTP error (\d{3})/.exec(text)?.[1] ?? 'an error'
    return { kind: 'refused', because: `The connector took it, and got ${reason} from Teams.` }
  }
  if (status >= 200 && status < 300) return { kind: 'unconfirmed', because: `${String(status)} ${tellOddBody(text)}` }
  const code = /"code"\s*:\s*"(\w{1,60})"/.exec(text)?.[1]
  const answer = code === undefined ? String(status) : `${String(status)} ${code}`
  return { kind: 'refused', because: `${answer}. ${advice[sameAs[status] ?? status] ?? 'Try again later.'}` }
}

/** The text itself is not shown: it may hold anything. */
function tellOddBody(text: string): string {
  if (text.startsWith('<')) {
    return 'with a web page is no confirmation. Check the network for a proxy or a sign-in page in between.'
  }
  return `${text === '' ? 'without a text' : 'with an unknown text'} is no confirmation. Check that the address is a webhook's.`
}
