import type { Refusal } from '../publish/image-store.ts'

/**
 * What an engine's words for a failed push mean. Engines hand on what the registry or the network said as text and
 * nothing else, so there is nothing better to go by; what fits nowhere is unknown. The first that fits counts.
 */
const words: readonly (readonly [Refusal, RegExp])[] = [
  ['disk-full', /no space left on device/],
  ['tag-frozen', /cannot be overwritten because the (tag|repository) is immutable|^tag invalid/],
  ['quota', /maximum allowed number of images|limit ?exceeded|exceeded a service limit/i],
  ['layer-missing', /blob[ _]unknown|LayersNotFound/i],
  ['unauthorized', /authorization token has expired|unauthorized|authentication required|no basic auth credentials/i],
  ['no-repository', /name unknown|repository with name '.*' does not exist/i],
  ['busy', /toomanyrequests|too many requests|\b429\b/i],
  ['forbidden', /denied|forbidden|not authorized to perform|\b403\b/i],
  ['registry-fault', /unexpected (HTTP )?status.*\b5\d\d\b|internal server error|service unavailable|bad gateway/i],
  [
    'unreachable',
    /connection refused|no such host|i\/o timeout|network is unreachable|no route to host|TLS handshake/i,
  ],
  ['connection-cut', /EOF|connection reset|broken pipe|closed network connection/],
]

export function classifyRefusal(text: string): Refusal {
  return words.find(([, pattern]) => pattern.test(text))?.[0] ?? 'unknown'
}
