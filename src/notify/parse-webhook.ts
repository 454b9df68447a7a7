import { InvalidValue } from '../model/invalid-value.ts'
import { isSafeAddress } from '../model/safe-address.ts'

/** An address that takes cards. It is a credential as a whole: whoever has it can post. */
export interface Webhook {
  readonly url: string
  /** What to hide in the log: the address as given and as sent, its path, its signature as written and as decoded. */
  readonly secrets: readonly string[]
  /** Microsoft gave such addresses up: why, and what to do. */
  readonly retired?: string
  /** Microsoft may have given the address up; worth a word where a card is lost. */
  readonly doubtful?: string
}

/** Shorter ones are no secret, and hiding them would blacken the log. */
const shortestSecretPath = 16

/**
 * Reads the address of a webhook; https only, but for this machine. Any host may have workflows, so there is no list of
 * them. Throws InvalidValue, which does not show the address.
 */
export function parseWebhook(address: string): Webhook {
  if (/[\r\n]/.test(address)) throw new InvalidValue('has a line break', 'Give the whole address in one line.')
  if (!URL.canParse(address)) throw new InvalidValue('is not a URL', 'Copy the whole address from the workflow.')
  const url = new URL(address)
  if (!isSafeAddress(url)) {
    throw new InvalidValue(`starts with ${url.protocol}//`, "A webhook's address is a secret: only https keeps it.")
  }
  const { hostname, pathname, search, searchParams, href } = url
  const writtenSignature = /[?&]sig=([^&]+)/.exec(search)?.[1] ?? ''
  const path = pathname.length < shortestSecretPath ? [] : [pathname]
  const signatures = [writtenSignature, searchParams.get('sig') ?? ''].filter((signature) => signature !== '')
  return {
    url: href,
    secrets: [...new Set([address, href, ...path, ...signatures])],
    ...caveat(hostname, pathname),
  }
}

function caveat(hostname: string, pathname: string): Pick<Webhook, 'retired' | 'doubtful'> {
  const isOutlook = /^outlook\.office(365)?\.com$/.test(hostname) && pathname.startsWith('/webhook')
  if (isOutlook || hostname.endsWith('.webhook.office.com')) {
    const retired =
      'The webhook is one of an Office 365 connector, which Microsoft has retired. Create a workflow in the channel, "Post to a channel when a webhook request is received", and give its address.'
    return { retired }
  }
  if (hostname.endsWith('.logic.azure.com')) {
    const doubtful =
      'Workflows of Power Automate have had no address at logic.azure.com since the end of 2025. Unless this is a Logic App of your own, copy the address from the workflow again.'
    return { doubtful }
  }
  return {}
}
