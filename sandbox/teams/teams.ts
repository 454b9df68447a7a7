import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { postCards } from './post-cards.ts'
import type { AdaptiveCard, PayloadShape } from './post-cards.ts'

export interface TeamsOptions {
  /** What the flow behind the webhook takes; `message` if not given. The connector always takes messages. */
  readonly expects?: PayloadShape
  readonly clock?: () => Date
}

/** A card that stands in the channel. */
export interface ReceivedCard {
  readonly at: Date
  readonly card: AdaptiveCard
  /** The whole body of the request that brought it. */
  readonly raw: string
}

/** A request that was accepted, or answered 200, and brought no card into the channel. */
export interface FlowFailure {
  readonly at: Date
  readonly because: string
  readonly raw: string
}

/** One request to a webhook and the status it was answered with; 0 when the connection was cut. */
export interface WebhookRequest {
  readonly at: Date
  readonly status: number
}

/** An answer to give instead of the usual one, or none at all. No card is posted then. */
export type NextAnswer =
  | 'connection-reset'
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }

/** A running stand-in for Teams: one channel with two webhooks. */
export interface Teams {
  /** The webhook of a Workflows flow. A secret as a whole: whoever has it can post. */
  readonly webhookUrl: string
  /** The webhook of an Office 365 connector, the retired kind. */
  readonly connectorUrl: string
  /** Shows the cards of the channel as JSON. */
  readonly cardsUrl: string
  /** The cards of the channel, oldest first. */
  readonly cards: readonly ReceivedCard[]
  readonly failures: readonly FlowFailure[]
  readonly requests: readonly WebhookRequest[]
  /** Gives these answers to the next requests, one each. */
  answerNext(...answers: NextAnswer[]): void
  stop(): Promise<void>
}

interface Channel {
  readonly expects: PayloadShape
  readonly clock: () => Date
  /** Path and query of the webhooks. */
  readonly paths: { readonly workflow: string; readonly connector: string }
  readonly cards: ReceivedCard[]
  readonly failures: FlowFailure[]
  readonly nextAnswers: NextAnswer[]
}

/** Starts a stand-in for a Teams channel with webhooks, on a loopback port. */
export async function startTeams({ expects = 'message', clock = () => new Date() }: TeamsOptions = {}): Promise<Teams> {
  const channel: Channel = {
    expects,
    clock,
    paths: { workflow: workflowPath(), connector: connectorPath() },
    cards: [],
    failures: [],
    nextAnswers: [],
  }
  const requests: WebhookRequest[] = []
  const server = createServer((request, response) => {
    const at = clock()
    response.once('close', () => {
      if (request.method === 'POST') requests.push({ at, status: response.writableFinished ? response.statusCode : 0 })
    })
    answer(request, response, channel).catch((error: unknown) => {
      // The client went away before its request was complete.
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  const origin = `http://localhost:${String(await listen(server))}`

  return {
    webhookUrl: origin + channel.paths.workflow,
    connectorUrl: origin + channel.paths.connector,
    cardsUrl: `${origin}/cards`,
    cards: channel.cards,
    failures: channel.failures,
    requests,
    answerNext(...answers) {
      channel.nextAnswers.push(...answers)
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function workflowPath(): string {
  const query = new URLSearchParams({
    'api-version': '1',
    sp: '/triggers/manual/run',
    sv: '1.0',
    sig: randomBytes(32).toString('base64url'),
  })
  const workflow = randomBytes(16).toString('hex')
  return `/powerautomate/automations/direct/workflows/${workflow}/triggers/manual/paths/invoke?${query.toString()}`
}

function connectorPath(): string {
  const secret = randomBytes(16).toString('hex')
  return `/webhookb2/${randomUUID()}@${randomUUID()}/IncomingWebhook/${secret}/${randomUUID()}`
}

async function answer(request: IncomingMessage, response: ServerResponse, channel: Channel): Promise<void> {
  const { url = '/', method } = request
  if (method === 'GET' && url === '/cards') {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(channel.cards.map(({ at, card }) => ({ at, card }))))
    return
  }
  const body = await buffer(request)
  const next = method === 'POST' ? channel.nextAnswers.shift() : undefined
  if (next === 'connection-reset') request.socket.resetAndDestroy()
  else if (next !== undefined) response.writeHead(next.status, next.headers).end(next.body)
  else if (method === 'POST' && url === channel.paths.connector) answerAsConnector(body, response, channel)
  else if (pathOf(url) === pathOf(channel.paths.workflow)) answerAsWorkflow(request, body, response, channel)
  else refuse(response, 404, 'WorkflowNotFound', 'The workflow could not be found.')
}

/** A flow starts after the answer: 202 says that the request was queued, not that a card will appear. */
function answerAsWorkflow(request: IncomingMessage, body: Buffer, response: ServerResponse, channel: Channel): void {
  const { method, url = '/' } = request
  if (method !== 'POST') {
    refuse(response, 405, 'MethodNotAllowed', 'The trigger takes POST requests only.')
  } else if (!new URL(url, 'http://localhost').searchParams.has('sig')) {
    const message = 'The request must be authenticated only by Shared Access scheme.'
    refuse(response, 401, 'DirectApiAuthorizationRequired', message)
  } else if (url !== channel.paths.workflow) {
    refuse(response, 401, 'AuthorizationFailed', 'The authentication credentials are not valid.')
  } else {
    deliver(body, channel.expects, channel)
    response.writeHead(202).end()
  }
}

/** A connector answers 200 either way; what happened is in the body. */
function answerAsConnector(body: Buffer, response: ServerResponse, channel: Channel): void {
  const isDelivered = deliver(body, 'message', channel)
  const refusal = `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 400 with ContextId ${randomUUID()}.`
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(isDelivered ? '1' : refusal)
}

function deliver(body: Buffer, expects: PayloadShape, { cards, failures, clock }: Channel): boolean {
  const posting = postCards(body, expects)
  const received = { at: clock(), raw: body.toString() }
  if (posting.kind === 'failed') failures.push({ ...received, because: posting.because })
  else cards.push(...posting.cards.map((card) => ({ ...received, card })))
  return posting.kind === 'posted'
}

function pathOf(url: string): string {
  return new URL(url, 'http://localhost').pathname
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify({ error: { code, message } }))
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The system gave no loopback port.')
  return address.port
}
