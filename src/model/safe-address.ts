/** Whether a URL's host, with or without a port, is this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host)
}

/** Whether an address is safe to send secrets to: https, or http on this machine. */
export function isSafeAddress({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/**
 * Whether an answer from one address may lead to another: a redirect, a place for tokens or for content. Never from https
 * to http, and to this machine only from this machine, where others have no business.
 */
export function mayLeadTo(from: URL, to: URL): boolean {
  if (!isSafeAddress(to) || (from.protocol === 'https:' && to.protocol !== 'https:')) return false
  return isThisMachine(to.hostname) ? isLoopback(from.hostname) : true
}

/** Every way to write this machine; URLs have numbers in any base as four decimal ones already. */
function isThisMachine(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '')
  return (
    isLoopback(name) ||
    /(^|\.)localhost$|^0\.0\.0\.0$|^\[::\]$|^\[::ffff:(0:0|7f[0-9a-f]{2}:[0-9a-f]{1,4})\]$/.test(name)
  )
}
