import assert from 'node:assert/strict'
import { deliverCard, type Post, type PostAnswer } from '../../src/notify/deliver-card.ts'
import { renderCard } from '../../src/notify/render-card.ts'
import { aMessage } from '../support/cards.ts'
import { startScriptedWebhook } from '../support/scripted-webhook.ts'
import { itAnswersAsTeamsDoes } from '../support/webhook-contract.ts'

const card = renderCard(aMessage())
const anAnswer = (status: number, text = ''): PostAnswer => ({ status, body: Buffer.from(text) })

/** A way to post that has these outcomes, one after the other, and what was posted. */
function posting(...outcomes: readonly (PostAnswer | Error)[]) {
  const posted: string[] = []
  const post: Post = (json, onOutcome) => {
    posted.push(json)
    outcomes.forEach((outcome) => {
      onOutcome(outcome)
    })
    return Promise.resolve()
  }
  return { post, posted }
}

describe('deliverCard', () => {
  describe('to a webhook whose answers are written down', () => {
    itAnswersAsTeamsDoes(startScriptedWebhook)
  })

  it('posts the card in a message, as the template of Workflows takes it', async () => {
    const { post, posted } = posting(anAnswer(202))

    assert.deepEqual(await deliverCard(card, 'message', post), { kind: 'queued' })

    assert.deepEqual(
      posted.map((json) => JSON.parse(json) as unknown),
      [
        {
          type: 'message',
          attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
        },
      ],
    )
  })

  it('posts the bare card to a flow that is made for that', async () => {
    const { post, posted } = posting(anAnswer(202))

    await deliverCard(card, 'card', post)

    assert.deepEqual(
      posted.map((json) => JSON.parse(json) as unknown),
      [card],
    )
  })

  for (const first of [new Error('ECONNRESET'), anAnswer(504)]) {
    it(`does not take the second answer for all after ${first instanceof Error ? 'none' : 'that of a gateway'}`, async () => {
      const { post } = posting(first, anAnswer(404))

      assert.deepEqual(await deliverCard(card, 'message', post), {
        kind: 'unconfirmed',
        fault: { what: 'rejected', status: 404 },
        isRepeated: true,
      })
    })
  }

  it('takes the beginning of an answer for no more than that', async () => {
    const { post } = posting({ ...anAnswer(200, '1'), isPartial: true })

    assert.equal((await deliverCard(card, 'message', post)).kind, 'unconfirmed')
  })

  it('knows that nothing came of what was never sent', async () => {
    const error = Object.assign(new Error('ENOTFOUND'), { isUnsent: true })
    const { post } = posting(error)

    assert.deepEqual(await deliverCard(card, 'message', post), {
      kind: 'refused',
      fault: { what: 'no-answer', error },
    })
  })
})
