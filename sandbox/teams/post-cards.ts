import * as v from 'valibot'

/** An Adaptive Card as it was sent. */
export type AdaptiveCard = v.InferOutput<typeof adaptiveCard>

/** What came of a message: the cards in the channel, or why there are none. */
export type Posting =
  | { readonly kind: 'posted'; readonly cards: readonly AdaptiveCard[] }
  | { readonly kind: 'failed'; readonly because: string }

/** What a flow was built for: a message with cards attached, as the template's flow, or one bare card. */
export type PayloadShape = 'message' | 'card'

// Teams takes about 28 KB for a whole message.
const maxBytes = 28 * 1024

const adaptiveCard = v.looseObject({
  type: v.literal('AdaptiveCard', "Property 'type' must be 'AdaptiveCard'."),
  version: v.picklist(['1.0', '1.1', '1.2', '1.3', '1.4', '1.5'], "Property 'version' is none that Teams can show."),
  body: v.array(v.looseObject({ type: v.string() }), "Property 'body' must be an array."),
})
const message = v.pipe(
  v.object(
    {
      attachments: v.array(
        v.object({
          contentType: v.literal(
            'application/vnd.microsoft.card.adaptive',
            'The attachment is not an Adaptive Card by its contentType.',
          ),
          content: adaptiveCard,
        }),
        "The result of the evaluation of 'foreach' expression '@triggerOutputs()?['body']?['attachments']' is not an array.",
      ),
    },
    "The result of the evaluation of 'foreach' expression '@triggerOutputs()?['body']?['attachments']' is of type 'Null'. The result must be a valid array.",
  ),
  v.transform(({ attachments }) => attachments.map(({ content }) => content)),
)
const bareCard = v.pipe(
  adaptiveCard,
  v.transform((card) => [card]),
)

/** Does what a flow does with the body of a request: finds its cards and posts them. */
export function postCards(body: Buffer, expects: PayloadShape): Posting {
  if (body.length > maxBytes) {
    return { kind: 'failed', because: `RequestEntityTooLarge: ${String(body.length)} bytes, ${String(maxBytes)} fit.` }
  }
  const schema = expects === 'message' ? message : bareCard
  const { success, output, issues } = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body.toString())
  return success ? { kind: 'posted', cards: output } : { kind: 'failed', because: issues[0].message }
}
