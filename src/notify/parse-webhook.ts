import { InputError } from '../model/input-error.ts'

/**
 * Checks the address of a webhook; https only, but for this machine. The address is a credential, so no message shows
 * it. Throws InputError.
 * @returns the parts to hide in the log: the whole, and its signature as written and as decoded
 */
export function parseWebhook(address: string): { url: string; secrets: string[] } {
  if (!URL.canParse(address))
    throw new InputError('webhookUrl', 'is not a URL. Copy the whole address from the workflow.')
  const { protocol, hostname, searchParams, search } = new URL(address)
  const isThisMachine = hostname === 'localhost' || hostname === '127.0.0.1'
  if (protocol !== 'https:' && !(protocol === 'http:' && isThisMachine)) {
    throw new InputError(
      'webhookUrl',
      `starts with ${protocol}//. A webhook's address is a secret: only https keeps it.`,
    )
  }
  const rawSignature = /[?&]sig=([^&]+)/.exec(search)?.[1]
  const parts = [address, rawSignature, searchParams.get('sig')]
  return { url: address, secrets: [...new Set(parts.filter((part) => part !== undefined && part !== null))] }
}
