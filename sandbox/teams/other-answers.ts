/** An answer to give instead of the usual one, or none at all. No card is posted then. */
export type NextAnswer =
  | 'connection-reset'
  /** The request is taken and never answered. */
  | 'silence'
  /** 202 as usual, but the run of the flow fails. */
  | 'flow-failure'
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }

/** What else than "queued" a workflow's webhook answers, by name, with a title for people. */
export const otherAnswers = {
  'flow-failure': { title: '202, and the flow fails', answer: 'flow-failure' },
  'switched-off': { title: '400, switched off', answer: problem(400, 'WorkflowTriggerIsNotEnabled') },
  'signed-in-only': { title: '401, for signed-in people', answer: problem(401, 'DirectApiAuthorizationRequired') },
  gone: { title: '404, deleted', answer: problem(404, 'WorkflowNotFound') },
  busy: { title: '429, too many', answer: { ...problem(429, 'TooManyRequests'), headers: { 'retry-after': '2' } } },
  outage: { title: '503, an outage', answer: problem(503, 'ServiceUnavailable') },
  'proxy-page': {
    title: "200, a proxy's page",
    answer: {
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<!doctype html>\n<title>Sign in to the network</title>\n',
    },
  },
  cut: { title: 'a cut connection', answer: 'connection-reset' },
  silence: { title: 'nothing', answer: 'silence' },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly answer: NextAnswer }>>

export type OtherAnswer = keyof typeof otherAnswers

export function isOtherAnswer(name: string): name is OtherAnswer {
  return Object.hasOwn(otherAnswers, name)
}

function problem(status: number, code: string) {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ error: { code, message: 'The request cannot be done.' } }),
  }
}
