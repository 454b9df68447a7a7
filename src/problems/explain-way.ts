import { isDistrust, isOutageCode } from '../http/outage.ts'
import type { Problem } from './problem.ts'
import { check } from './words.ts'

/**
 * The problem on the way to a host, by the code of a connection that failed: its proxy, or a certificate. Undefined where
 * the code tells of neither.
 */
export function explainWay(code: string): Pick<Problem, 'code' | 'advice'> | undefined {
  if (code === 'PROXY_407') {
    const advice = ['Give the agent the user name and the password of its proxy, or write them into HTTPS_PROXY']
    return { code: 'proxy-refused', advice }
  }
  if (code.startsWith('PROXY_')) {
    const advice = [...check("the agent's proxy"), ...(isOutageCode(code) ? ['Run again later'] : [])]
    return { code: 'proxy-refused', advice }
  }
  if (isDistrust(code)) {
    const advice = ['Give the certificate authority of a proxy to the agent (sslcacert), or in NODE_EXTRA_CA_CERTS']
    return { code: 'certificate-untrusted', advice }
  }
  return undefined
}

/** The same as a reason, where the service is known by its name alone: `STS`. */
export function tellWay(service: string, code: string): string {
  if (isDistrust(code)) return `the certificate of ${service}'s host is not trusted (${code})`
  if (code === 'PROXY_407') return `the proxy on the way to ${service} wants a user name and a password (${code})`
  return `the proxy on the way to ${service} ${isOutageCode(code) ? 'does not answer' : 'refuses'} (${code})`
}
