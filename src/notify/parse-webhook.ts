import { InvalidValue } from '../model/invalid-value.ts'
import { isSafeAddress } from '../model/safe-address.ts'

/** An address that takes cards. It is a credential as a whole: whoever has it can post. */
export interface Webhook {
  readonly url: string
  /** What to hide in the log: the address as given and as sent, its path, its signature as written and as decoded. */
  readonly secrets: readonly string[]
  readonly caveat?: AddressCaveat
}

/**
 * What Microsoft did with addresses of this form. `retired`: it gave them up. `doubtful`: it gave up most of them, which is
 * worth a word where a card is lost.
 */
export type AddressCaveat = 'retired' | 'doubtful'

/** Shorter ones are no secret, and hiding them would blacken the log. */
const shortestSecretPath = 16

/**
 * Reads the address of a webhook; https only, but for this machine. Any host may have workflows, so there is no list of
 * them. Throws InvalidValue, which does not show the address.
 */
export function parseWebhook(address: string): Webhook {
  if (/[\r\n]/.test(address)) throw new InvalidValue('has a line break', 'Give the whole address in one line')
  if (!URL.canParse(address)) throw new InvalidValue('is not a URL', 'Copy the whole address from the workflow')
  const url = new URL(address)
  if (!isSafeAddress(url)) {
    throw new InvalidValue(`starts with ${url.protocol}//`, "A webhook's address is a secret: only https keeps it")
  }
  const { hostname, pathname, search, searchParams, href } = url
  const writtenSignature = /[?&]sig=([^&]+)/.exec(search)?.[1] ?? ''
  const path = pathname.length < shortestSecretPath ? [] : [pathname]
  const signatures = [writtenSignature, searchParams.get('sig') ?? ''].filter((signature) => signature !== '')
  return {
    url: href,
    secrets: [...new Set([address, href, ...path, ...signatures])],
    ...caveatOf(hostname, pathname),
  }
}

function caveatOf(hostname: string, pathname: string): Pick<Webhook, 'caveat'> {
  const isOutlook = /^outlook\.office(365)?\.com$/.test(hostname) && pathname.startsWith('/webhook')
  if (isOutlook || hostname.endsWith('.webhook.office.com')) return { caveat: 'retired' }
  return hostname.endsWith('.logic.azure.com') ? { caveat: 'doubtful' } : {}
}
