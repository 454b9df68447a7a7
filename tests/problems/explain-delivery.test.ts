import assert from 'node:assert/strict'
import { ConnectionError } from '../../src/http/http-client.ts'
import { NetworkSettingError } from '../../src/http/network.ts'
import { DeliveryError } from '../../src/notify/delivery-error.ts'
import type { DeliveryFault, Lost } from '../../src/notify/interpret-answer.ts'
import type { AddressCaveat } from '../../src/notify/parse-webhook.ts'
import { told } from '../support/problems.ts'

const prefix = 'The card "Published" was not delivered: '
const tell = (lost: Lost, caveat?: AddressCaveat) => told(new DeliveryError('Published', lost, caveat))

describe('explainDelivery', () => {
  const rejected = (status: number, code?: string) =>
    ({ what: 'rejected', status, ...(code !== undefined && { code }) }) as const
  const faults: readonly (readonly [fault: DeliveryFault, says: RegExp])[] = [
    [{ what: 'not-posted', status: 413 }, /^the connector accepted it, but Teams answered 413\.$/],
    [{ what: 'not-posted', status: undefined }, /^the connector accepted it, but Teams answered an error\.$/],
    [
      { what: 'no-confirmation', status: 200, text: 'web page' },
      /^200 with a web page is no confirmation\. Check the network for a proxy or a sign-in page/,
    ],
    [
      { what: 'no-confirmation', status: 200, text: 'unknown' },
      /^200 with an unknown text is no confirmation\. Check that the address is a webhook's\.$/,
    ],
    [{ what: 'no-confirmation', status: 204, text: 'empty' }, /^204 without a text is no confirmation\. /],
    [{ what: 'gateway', status: 503, code: 'ServiceUnavailable' }, /^503 ServiceUnavailable\. Try again later\.$/],
    [{ what: 'gateway', status: 504 }, /^504\. Try again later\.$/],
    [{ what: 'redirected', status: 302 }, /^302\. It leads elsewhere, where no card was sent\. Check the address/],
    [rejected(400, 'WorkflowTriggerIsNotEnabled'), /^400 WorkflowTriggerIsNotEnabled\. The workflow is switched off/],
    [
      rejected(400),
      /^400\. The workflow is switched off, or does not take such a card\. Look at its trigger, and at the input "payloadShape"\.$/,
    ],
    [rejected(401), /^401\. The address lacks its signature/],
    [rejected(403), /^403\. The address lacks its signature/],
    [rejected(404), /^404\. There is no such workflow any more\. Create the workflow again/],
    [rejected(405), /^405\. There is no such workflow any more/],
    [rejected(410), /^410\. There is no such workflow any more/],
    [rejected(429), /^429\. Too many cards/],
    ...[402, 406, 413, 415, 422, 451, 501].map(
      (status) =>
        [
          rejected(status),
          new RegExp(`^${String(status)}\\. This does not look like a workflow's answer\\. Check`),
        ] as const,
    ),
    [
      { what: 'no-answer', error: new ConnectionError('hooks.example', 'ENOTFOUND') },
      /^hooks\.example does not answer \(ENOTFOUND\)\. Check the agent's network, its proxy, and NODE_EXTRA_CA_CERTS/,
    ],
    [
      { what: 'no-answer', error: new NetworkSettingError({ is: 'proxy', of: 'HTTPS_PROXY' }) },
      /^Cannot use the proxy of HTTPS_PROXY: it is not an http address\. Write it as http:\/\/host:port\.$/,
    ],
    [{ what: 'no-answer', error: 'odd' }, /^The extension did not expect what happened\. Run again/],
  ]
  for (const [fault, says] of faults) {
    const about = Object.values(fault).map(String).join(' ')
    it(`says what became of a card and what to do: ${about}`, () => {
      const text = tell({ kind: 'refused', fault })

      assert.ok(text.startsWith(prefix), text)
      assert.match(text.slice(prefix.length), says)
    })
  }

  it('does not say more than is known', () => {
    const text = tell({ kind: 'unconfirmed', fault: { what: 'gateway', status: 504 } })

    assert.equal(text, 'The card "Published" may not have been delivered: 504. Try again later.')
  })

  it('says that an earlier attempt may have brought it', () => {
    const text = tell({ kind: 'unconfirmed', fault: rejected(404), isRepeated: true })

    assert.match(
      text,
      /^The card "Published" may not have been delivered: an earlier attempt may have brought it; the last one: 404\. There/,
    )
  })

  const caveats: readonly (readonly [fault: DeliveryFault, caveat: AddressCaveat, says: RegExp])[] = [
    [
      rejected(404),
      'retired',
      /any more\. .* The webhook belongs to an Office 365 connector, which Microsoft has retired\. /,
    ],
    [
      { what: 'no-confirmation', status: 204, text: 'empty' },
      'retired',
      /no confirmation\. .* The webhook belongs to an Office 365 connector.* Create a workflow in the channel, /,
    ],
    [
      rejected(404),
      'doubtful',
      /any more\. .* no address at logic\.azure\.com since .* copy the address from the workflow/,
    ],
  ]
  for (const [fault, caveat, says] of caveats) {
    it(`explains ${fault.what} of an address that is ${caveat}`, () => {
      assert.match(tell({ kind: 'refused', fault }, caveat), says)
    })
  }
})
