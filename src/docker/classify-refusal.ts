import type { Refusal } from '../publish/image-store.ts'

/**
 * What an engine's words for a failed push mean. Engines hand on what the registry or the network said as text and
 * nothing else, so there is nothing better to go by; what fits nowhere is unknown. The first that fits counts.
 * Containerd's image store leaves the registry's own code out ("error from registry: ..."), so the words of both stores
 * stand here side by side.
 */
const words: readonly (readonly [Refusal, RegExp])[] = [
  ['disk-full', /no space left on device/],
  ['web-page', /^(?!.*\b(?:413|429|5\d\d)\b).*(?:invalid character '<'|<!doctype html|<html)/is],
  ['too-large', /request entity too large|payload too large|\b413\b/i],
  ['tag-frozen', /cannot be overwritten because the (tag|repository) is immutable|^tag invalid/],
  ['quota', /maximum allowed number of images|limit ?exceeded|exceeded a service limit/i],
  ['layer-missing', /blob[ _]unknown|LayersNotFound|layers?(?:\(s\))? with digests?.*(?:cannot be found|not exist)/i],
  ['manifest-refused', /manifest[ _]invalid|\b405\b|method not allowed|unsupported.*(?:subject|media ?type)/i],
  ['unauthorized', /authorization token has expired|unauthorized|authentication required|no basic auth credentials/i],
  ['no-repository', /name unknown|repository with name '.*' does not exist/i],
  ['busy', /toomanyrequests|too many requests|rate exceeded|throttl|\b429\b/i],
  ['forbidden', /denied|forbidden|not authorized to perform|\b403\b/i],
  [
    'registry-fault',
    /unexpected (HTTP )?status.*\b5\d\d\b|parsing HTTP 5\d\d|internal server error|service unavailable|bad gateway/i,
  ],
  [
    'unreachable',
    /connection refused|no such host|i\/o timeout|network is unreachable|no route to host|TLS handshake/i,
  ],
  ['connection-cut', /EOF|connection reset|broken pipe|closed network connection/],
]

export function classifyRefusal(text: string): Refusal {
  return words.find(([, pattern]) => pattern.test(text))?.[0] ?? 'unknown'
}
