import assert from 'node:assert/strict'
import { parseWebhook } from '../../src/notify/parse-webhook.ts'

describe('parseWebhook', () => {
  const address = 'https://prod-01.westeurope.logic.azure.com:443/workflows/1a/triggers/manual?sp=%2Frun&sig=a%2Fb-c_d'

  it('gives all that must not be seen: the address, and its signature as written and as decoded', () => {
    assert.deepEqual(parseWebhook(address), { url: address, secrets: [address, 'a%2Fb-c_d', 'a/b-c_d'] })
  })

  const accepted: readonly (readonly [what: string, address: string, secrets: number])[] = [
    ['an address without signature', 'https://o.webhook.office.com/webhookb2/1@2/IncomingWebhook/3', 1],
    ['a signature that needs no decoding', 'https://a.example/?sig=abc', 2],
    ['this machine by name', 'http://localhost:8080/hook', 1],
    ['this machine by address', 'http://127.0.0.1:8080/hook', 1],
  ]
  for (const [what, text, secrets] of accepted) {
    it(`takes ${what}`, () => {
      assert.equal(parseWebhook(text).secrets.length, secrets)
    })
  }

  const refused: readonly (readonly [what: string, address: string, message: RegExp])[] = [
    ['plain http to another machine', 'http://hooks.example/secret-path', /starts with http:\/\//],
    ['plain http to a name that only starts as this machine', 'http://localhost.evil.example/secret-path', /http:\/\//],
    ['another protocol', 'ftp://hooks.example/secret-path', /starts with ftp:\/\//],
    ['what is no URL', 'hooks.example/secret-path', /is not a URL/],
    ['an unknown variable', '$(TEAMS_secret-path)', /is not a URL/],
  ]
  for (const [what, text, message] of refused) {
    it(`refuses ${what}, and does not show it`, () => {
      assert.throws(
        () => parseWebhook(text),
        (error: Error) => {
          assert.equal(error.name, 'InputError')
          assert.match(error.message, message)
          assert.ok(!error.message.includes('secret-path'))
          return true
        },
      )
    })
  }
})
