import { DeliveryError } from '../notify/delivery-error.ts'
import type { DeliveryFault } from '../notify/interpret-answer.ts'
import type { AddressCaveat } from '../notify/parse-webhook.ts'
import { ConnectionError } from '../http/http-client.ts'
import type { ProblemCode } from './codes.ts'
import type { Problem } from './problem.ts'
import type { Words } from './words.ts'

interface Explained {
  readonly code: ProblemCode
  readonly reason: string
  readonly advice: readonly string[]
}

/** Cards for Teams; `explain` has the words for what kept one from being sent at all. */
export function explainDelivery(
  error: unknown,
  words: Words,
  explain: (error: unknown) => Problem,
): Problem | undefined {
  if (!(error instanceof DeliveryError)) return undefined
  const { title, lost, caveat } = error
  const { code, reason, advice } = explainFault(lost.fault, words, explain)
  const known = lost.kind === 'refused' ? 'was not delivered' : 'may not have been delivered'
  return {
    code,
    attempt: `The card "${title}" ${known}`,
    reason: lost.isRepeated ? `an earlier attempt may have brought it; the last one: ${reason}` : reason,
    advice: [...advice, ...(caveat === undefined ? [] : describeCaveat(caveat))],
  }
}

/** What Microsoft did with addresses like this one, and what to do. */
export function describeCaveat(caveat: AddressCaveat): string[] {
  switch (caveat) {
    case 'retired':
      return [
        'The webhook belongs to an Office 365 connector, which Microsoft has retired',
        'Create a workflow in the channel, "Post to a channel when a webhook request is received", and give its address',
      ]
    case 'doubtful':
      return [
        'Workflows of Power Automate have had no address at logic.azure.com since the end of 2025',
        'Unless this is a Logic App of your own, copy the address from the workflow again',
      ]
  }
}

function explainFault(fault: DeliveryFault, words: Words, explain: (error: unknown) => Problem): Explained {
  switch (fault.what) {
    case 'not-posted': {
      const answer = fault.status === undefined ? 'an error' : String(fault.status)
      return { code: 'card-not-posted', reason: `the connector accepted it, but Teams answered ${answer}`, advice: [] }
    }
    case 'no-confirmation':
      return explainNoConfirmation(fault)
    case 'gateway':
      return { code: 'webhook-outage', reason: answerOf(fault), advice: ['Try again later'] }
    case 'redirected':
      return {
        code: 'webhook-redirected',
        reason: answerOf(fault),
        advice: [
          'It leads elsewhere, where no card was sent',
          'Check the address, and the network for a proxy or a sign-in page in between',
        ],
      }
    case 'rejected':
      return explainRejection(fault, words)
    case 'no-answer':
      return explainNoAnswer(fault.error, explain)
  }
}

function explainNoConfirmation({ status, text }: Extract<DeliveryFault, { what: 'no-confirmation' }>): Explained {
  const code = 'webhook-unconfirmed'
  if (text === 'web page') {
    const reason = `${String(status)} with a web page is no confirmation`
    return { code, reason, advice: ['Check the network for a proxy or a sign-in page in between'] }
  }
  const what = text === 'empty' ? 'without a text' : 'with an unknown text'
  const reason = `${String(status)} ${what} is no confirmation`
  return { code, reason, advice: ["Check that the address is a webhook's"] }
}

type Answer = Extract<DeliveryFault, { what: 'gateway' | 'redirected' | 'rejected' }>

function explainRejection(answer: Answer, words: Words): Explained {
  const reason = answerOf(answer)
  switch (answer.status) {
    case 400: {
      const shape = words.payloadShape === undefined ? '' : `, and at ${words.payloadShape}`
      const advice = ['The workflow is switched off, or does not take such a card', `Look at its trigger${shape}`]
      return { code: 'webhook-card-refused', reason, advice }
    }
    case 401:
    case 403: {
      const advice = [
        'The address lacks its signature, or the workflow is for signed-in people only',
        "Copy the whole address, and let anyone trigger the workflow; the address's signature is the secret",
      ]
      return { code: 'webhook-denied', reason, advice }
    }
    case 404:
    case 405:
    case 410:
      return {
        code: 'webhook-gone',
        reason,
        advice: ['There is no such workflow any more', 'Create the workflow again and use its new address'],
      }
    case 429:
      return { code: 'webhook-busy', reason, advice: ['Too many cards at once: send fewer, or later'] }
    default:
      return {
        code: 'webhook-unknown',
        reason,
        advice: ["This does not look like a workflow's answer", 'Check the address'],
      }
  }
}

function explainNoAnswer(error: unknown, explain: (error: unknown) => Problem): Explained {
  if (error instanceof ConnectionError) {
    const advice = [
      "Check the agent's network, its proxy, and NODE_EXTRA_CA_CERTS where that has a certificate of its own",
    ]
    return { code: 'webhook-unreachable', reason: error.message, advice }
  }
  const { code, attempt, reason, advice } = explain(error)
  return { code, reason: attempt === undefined ? reason : `${attempt}: ${reason}`, advice }
}

function answerOf({ status, code }: Answer): string {
  return code === undefined ? String(status) : `${String(status)} ${code}`
}
