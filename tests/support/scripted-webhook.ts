import { type LoopbackServer, type Reaction, startServer } from './loopback-server.ts'
import type { Situation, WebhookUnderTest } from './webhook-contract.ts'

const problem = (status: number, code: string, headers = {}): Reaction => ({
  status,
  headers,
  body: JSON.stringify({ error: { code } }),
})

/** What Teams answers, written down. */
export const reactions: Readonly<Record<Situation, Reaction>> = {
  'a workflow takes it': { status: 202 },
  'a connector posts it': { status: 200, body: '1' },
  'a connector cannot post it': {
    status: 200,
    body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 400 with ContextId a.',
  },
  'the signature is missing': problem(401, 'DirectApiAuthorizationRequired'),
  'the signature is wrong': problem(401, 'AuthorizationFailed'),
  'the workflow is gone': problem(404, 'WorkflowNotFound'),
  'the workflow is switched off': problem(400, 'WorkflowTriggerIsNotEnabled'),
  'there were too many': problem(429, 'TooManyRequests', { 'retry-after': '1' }),
  'Power Automate has an outage': problem(503, 'ServiceUnavailable'),
  'a proxy answers with its page': { status: 200, body: '<!doctype html><title>Sign in</title>' },
  'the connection is cut': 'reset',
}

/** A webhook whose next answers are written by a test; the last one stays. */
export interface ScriptedWebhook extends WebhookUnderTest {
  readonly server: LoopbackServer
  /** Ends with a signature whose written and decoded form differ. */
  readonly url: string
  answer(...next: readonly Reaction[]): void
}

export async function startScriptedWebhook(): Promise<ScriptedWebhook> {
  let script: readonly Reaction[] = [reactions['a workflow takes it']]
  const server = await startServer(() => {
    const [next = 'reset', ...rest] = script
    if (rest.length > 0) script = rest
    return next
  })
  const url = `${server.url}/workflows/1a2b/triggers/manual/paths/invoke?sp=%2Frun&sig=hunter%2F2`
  const answer = (...next: readonly Reaction[]) => {
    script = next
  }
  return {
    server,
    url,
    answer,
    arrange(situation) {
      answer(reactions[situation])
      return url
    },
    stop: () => server.stop(),
  }
}
