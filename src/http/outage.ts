/** Too many requests, or trouble on their side; 501 is none: it says that there will never be an answer. */
const outageStatuses: ReadonlySet<number> = new Set([429, 500, 502, 503, 504])

/** Whether the status of an answer says that the host could not answer just now. */
export function isOutageStatus(status: number): boolean {
  return outageStatuses.has(status)
}

const outageCodes: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  // An answer that was cut, plain or compressed.
  'ERR_STREAM_PREMATURE_CLOSE',
  'Z_BUF_ERROR',
  // A proxy on the way that could not answer just now.
  'PROXY_429',
  'PROXY_502',
  'PROXY_503',
  'PROXY_504',
  // The AWS SDK's own word for no answer in time.
  'TimeoutError',
])

/**
 * Whether the code of a failed connection says that the host could not be asked just now. A name that does not exist
 * (`ENOTFOUND`) and a certificate that is not trusted are not among them: those are settings to be mended.
 */
export function isOutageCode(code: string): boolean {
  return outageCodes.has(code)
}

/**
 * Whether the code of a failed connection says that the host shows no certificate that can be trusted:
 * https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
export function isDistrust(code: string): boolean {
  return /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|HOSTNAME_)/.test(code)
}

/** Whether the code of a failed connection says that there never was one, so that nothing was sent. */
export function isUnsent(code: string): boolean {
  return ['EAI_AGAIN', 'ECONNREFUSED', 'ENOTFOUND'].includes(code) || code.startsWith('PROXY_') || isDistrust(code)
}

/** Whether the code mostly says that a host's name or port is wrong, which should be told soon. */
export function isMisconfiguration(code: string): boolean {
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND'
}
