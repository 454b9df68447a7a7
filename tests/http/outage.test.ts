import assert from 'node:assert/strict'
import { isOutage } from '../../src/http/outage.ts'

describe('isOutage', () => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'TimeoutError', 'Z_BUF_ERROR']) {
    it(`takes ${code} for something that passes`, () => {
      assert.equal(isOutage(code), true)
    })
  }

  for (const code of ['ENOTFOUND', 'CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'no code', '']) {
    it(`takes "${code}" for something that stays`, () => {
      assert.equal(isOutage(code), false)
    })
  }
})
