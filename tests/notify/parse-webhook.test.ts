import assert from 'node:assert/strict'
import { type AddressCaveat, parseWebhook } from '../../src/notify/parse-webhook.ts'
import { told } from '../support/problems.ts'

const read = (address: string) => parseWebhook(address)

describe('parseWebhook', () => {
  it('gives all that must not be seen: the address as given and as sent, its path, and both forms of its signature', () => {
    const path = '/powerautomate/automations/direct/workflows/1a/triggers/manual/paths/invoke'
    const host = 'https://1a.05.environment.api.powerplatform.com'

    assert.deepEqual(read(`${host}:443${path}?sp=%2Frun&sig=a%2Fb-c_d`), {
      url: `${host}${path}?sp=%2Frun&sig=a%2Fb-c_d`,
      secrets: [
        `${host}:443${path}?sp=%2Frun&sig=a%2Fb-c_d`,
        `${host}${path}?sp=%2Frun&sig=a%2Fb-c_d`,
        path,
        'a%2Fb-c_d',
        'a/b-c_d',
      ],
    })
  })

  const accepted: readonly (readonly [what: string, address: string, secrets: readonly string[]])[] = [
    ['a path that is a word', 'https://a.example/hook?sig=abc', ['https://a.example/hook?sig=abc', 'abc']],
    ['an address without a signature', 'https://a.example/hook', ['https://a.example/hook']],
    ['an empty signature', 'https://a.example/hook?sig=', ['https://a.example/hook?sig=']],
    ['this machine by name', 'http://localhost:8080/hook', ['http://localhost:8080/hook']],
    ['this machine by address', 'http://127.0.0.1:8080/hook', ['http://127.0.0.1:8080/hook']],
    ['this machine by its newer address', 'http://[::1]:8080/hook', ['http://[::1]:8080/hook']],
    ['any host', 'https://flows.example:8443/hook', ['https://flows.example:8443/hook']],
  ]
  for (const [what, text, secrets] of accepted) {
    it(`takes ${what}`, () => {
      assert.deepEqual(read(text), { url: text, secrets })
    })
  }

  const refused: readonly (readonly [what: string, address: string, message: RegExp])[] = [
    ['plain http to another machine', 'http://hooks.example/secret-path', /starts with http:\/\//],
    ['plain http to a name that only starts as this machine', 'http://localhost.evil.example/secret-path', /http:\/\//],
    ['another protocol', 'ftp://hooks.example/secret-path', /starts with ftp:\/\//],
    ['what is no URL', 'hooks.example/secret-path', /is not a URL/],
    ['nothing', '', /is not a URL/],
    ['a line break', 'https://hooks.example/\nsecret-path', /has a line break/],
  ]
  for (const [what, text, message] of refused) {
    it(`refuses ${what}, and does not show it`, () => {
      assert.throws(
        () => parseWebhook(text),
        (error: Error) => {
          assert.equal(error.name, 'InvalidValue')
          assert.match(error.message, message)
          assert.ok(![error.message, told(error)].some((text) => text.includes('secret-path')))
          return true
        },
      )
    })
  }

  const caveats: readonly (readonly [address: string, caveat: AddressCaveat | undefined])[] = [
    ['https://shop.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4', 'retired'],
    ['https://outlook.office.com/webhook/1@2/IncomingWebhook/3/4', 'retired'],
    ['https://outlook.office365.com/webhook/1@2/IncomingWebhook/3/4', 'retired'],
    ['https://prod-01.westeurope.logic.azure.com/workflows/1/triggers/x', 'doubtful'],
    ['https://webhook.office.com.example/webhookb2/1', undefined],
    ['https://1a.05.environment.api.powerplatform.com/powerautomate/x', undefined],
  ]
  for (const [address, caveat] of caveats) {
    it(`calls an address at ${new URL(address).host} ${caveat ?? 'nothing'}`, () => {
      assert.equal(read(address).caveat, caveat)
    })
  }
})
