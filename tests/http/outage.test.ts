import assert from 'node:assert/strict'
import { isMisconfiguration, isDistrust, isOutageCode, isUnsent } from '../../src/http/outage.ts'

describe('isOutageCode', () => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'TimeoutError', 'Z_BUF_ERROR']) {
    it(`takes ${code} for something that passes`, () => {
      assert.equal(isOutageCode(code), true)
    })
  }

  for (const code of ['ENOTFOUND', 'CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'no code', '']) {
    it(`takes "${code}" for something that stays`, () => {
      assert.equal(isOutageCode(code), false)
    })
  }
})

describe('isDistrust', () => {
  for (const [code, claim] of [
    ['CERT_HAS_EXPIRED', true],
    ['SELF_SIGNED_CERT_IN_CHAIN', true],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', true],
    ['ECONNRESET', false],
    ['EPROTO', false],
  ] as const) {
    it(`says ${String(claim)} of ${code}`, () => {
      assert.equal(isDistrust(code), claim)
    })
  }
})

describe('isUnsent', () => {
  for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'PROXY_407', 'PROXY_403', 'CERT_HAS_EXPIRED']) {
    it(`knows of ${code} that nothing was sent`, () => {
      assert.equal(isUnsent(code), true)
    })
  }

  for (const code of ['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'no code', '']) {
    it(`does not know that of "${code}"`, () => {
      assert.equal(isUnsent(code), false)
    })
  }
})

describe('isMisconfiguration', () => {
  for (const [code, hopeless] of [
    ['ECONNREFUSED', true],
    ['ENOTFOUND', true],
    ['EAI_AGAIN', false],
    ['ECONNRESET', false],
  ] as const) {
    it(`says ${String(hopeless)} of ${code}`, () => {
      assert.equal(isMisconfiguration(code), hopeless)
    })
  }
})
