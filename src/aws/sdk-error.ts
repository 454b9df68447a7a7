import { isDistrust, isOutageCode } from '../http/outage.ts'
import { codeOf } from '../model/error-text.ts'

/** The name of an SDK's error in the API, `AccessDeniedException`; for a failure of the network, the system's code. */
export function nameOfSdkError(error: unknown): string {
  const code = codeOf(error)
  const isOfNetwork =
    code !== undefined && (isOutageCode(code) || isDistrust(code) || code.startsWith('PROXY_') || code === 'ENOTFOUND')
  if (isOfNetwork) return code
  // The service gives the name, and not every host that answers is the service.
  return error instanceof Error && /^\w[\w.-]{0,99}$/.test(error.name) ? error.name : 'Unknown'
}

/** The HTTP status, as the SDK says it with each answer. */
export function statusOfSdkError(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode
}
