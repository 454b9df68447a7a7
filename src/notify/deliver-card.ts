import type { CardMessage } from './render-card.ts'

/** What is known about a card that was sent; never more than the endpoint said. */
export type Delivery =
  /** A workflow took it; whether it posts the card, only the workflow knows. */
  | { readonly kind: 'queued' }
  /** A connector posted it. */
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused'; readonly because: string }

/** Posts to the webhook; throws where there is no answer. Its errors must not carry the address, which is a secret. */
export type Post = (request: {
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}) => Promise<{ readonly status: number; readonly body: Uint8Array }>

/** Sends a card to a Teams webhook and reads what the answer means. */
export async function deliverCard(url: string, card: CardMessage, post: Post): Promise<Delivery> {
  try {
    const headers = { 'content-type': 'application/json' }
    const { status, body } = await post({ method: 'POST', url, headers, body: JSON.stringify(card) })
    return interpret(status, Buffer.from(body).toString('utf8').trim())
  } catch (error) {
    return { kind: 'refused', because: error instanceof Error ? error.message : String(error) }
  }
}

/** 202 is a workflow's "queued"; a connector says `1` for delivered and puts errors into the text of a 200. */
function interpret(status: number, text: string): Delivery {
  if (status === 202) return { kind: 'queued' }
  if (status === 200 && text === '1') return { kind: 'delivered' }
  switch (status) {
    case 400:
      return { kind: 'refused', because: '400: the workflow is switched off or does not take cards.' }
    case 401:
    case 403:
      return {
        kind: 'refused',
        because: `${String(status)}: the address lacks its signature, or the workflow is for signed-in people only.`,
      }
    case 404:
      return { kind: 'refused', because: '404: there is no such workflow any more. Create the webhook anew.' }
    default:
      return { kind: 'refused', because: `${String(status)} is no confirmation.` }
  }
}
