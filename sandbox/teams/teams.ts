import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { isOtherAnswer, type NextAnswer, otherAnswers } from './other-answers.ts'
import { servePage } from './page.ts'
import { postCards } from './post-cards.ts'
import type { AdaptiveCard, PayloadShape } from './post-cards.ts'

export interface TeamsOptions {
  /** What the flow behind the webhook takes; `message` if not given. The connector always takes messages. */
  readonly expects?: PayloadShape
  readonly clock?: () => Date
  /** Default: a free one. */
  readonly port?: number
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

/** A running stand-in for Teams: one channel with two webhooks. */
export interface Teams {
  /** The webhook of a Workflows flow. A secret as a whole: whoever has it can post. */
  readonly webhookUrl: string
  /** The webhook of an Office 365 connector, the retired kind. */
  readonly connectorUrl: string
  /** Shows the cards of the channel as JSON. */
  readonly cardsUrl: string
  /** Shows them to people, `?theme=dark` in the dark look. */
  readonly pageUrl: string
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
  nextAnswers: NextAnswer[]
}

/** Starts a stand-in for a Teams channel with webhooks, on a loopback port. */
export async function startTeams(options: TeamsOptions = {}): Promise<Teams> {
  const { expects = 'message', clock = () => new Date(), port = 0 } = options
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
  const origin = `http://localhost:${String(await listen(server, port))}`

  return {
    webhookUrl: origin + channel.paths.workflow,
    connectorUrl: origin + channel.paths.connector,
    cardsUrl: `${origin}/cards`,
    pageUrl: `${origin}/`,
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
  const path = pathOf(url)
  if (method === 'GET' && ((await servePage(path, response)) || serveChannel(path, response, channel))) return
  const body = await buffer(request)
  if (method === 'POST' && path === '/next-answer') chooseNext(body.toString(), response, channel)
  else if (method === 'POST' && channel.nextAnswers.length > 0) answerOtherwise(request, body, response, channel)
  else if (method === 'POST' && url === channel.paths.connector) answerAsConnector(body, response, channel)
  else if (path === pathOf(channel.paths.workflow)) answerAsWorkflow(request, body, response, channel)
  else refuse(response, 404, 'WorkflowNotFound', 'The workflow could not be found.')
}

/** What the page asks for, and others who look into the channel; false where the path is none of it. */
function serveChannel(path: string, response: ServerResponse, { cards, failures }: Channel): boolean {
  const posted = cards.map(({ at, card }) => ({ at, card }))
  const views: Readonly<Record<string, unknown>> = {
    '/cards': posted,
    '/channel': { cards: posted, failures: failures.map(({ at, because }) => ({ at, because })) },
    '/answers': Object.entries(otherAnswers).map(([name, { title }]) => ({ name, title })),
  }
  const view = views[path]
  if (view !== undefined) sendJson(response, 200, view)
  return view !== undefined
}

function chooseNext(name: string, response: ServerResponse, channel: Channel): void {
  if (name !== '' && !isOtherAnswer(name)) {
    refuse(response, 400, 'UnknownAnswer', `There is no answer "${name}".`)
    return
  }
  channel.nextAnswers = name === '' ? [] : [otherAnswers[name].answer]
  response.writeHead(204).end()
}

function answerOtherwise(
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  { nextAnswers, failures, clock }: Channel,
): void {
  const next = nextAnswers.shift()
  if (next === undefined || next === 'silence') return
  if (next === 'connection-reset') request.socket.resetAndDestroy()
  else if (next === 'flow-failure') {
    response.writeHead(202).end()
    const because = "Unauthorized: the connection of the flow's owner has expired."
    failures.push({ at: clock(), raw: body.toString(), because })
  } else response.writeHead(next.status, next.headers).end(next.body)
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
    response.writeHead(202).end()
    setImmediate(() => deliver(body, channel.expects, channel))
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
  sendJson(response, status, { error: { code, message } })
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value))
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The system gave no loopback port.')
  return address.port
}
