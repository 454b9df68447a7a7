import assert from 'node:assert/strict'
import { isLoopback, isSafeAddress } from '../../src/model/safe-address.ts'

describe('isLoopback', () => {
  const rows: readonly (readonly [host: string, claim: boolean])[] = [
    ['localhost', true],
    ['localhost:5000', true],
    ['127.0.0.1:80', true],
    ['127.9.9.9', true],
    ['[::1]:5000', true],
    ['localhost.example', false],
    ['127.0.0.1.example', false],
    ['10.0.0.1', false],
    ['mcr.microsoft.com', false],
    ['', false],
  ]
  for (const [host, claim] of rows) {
    it(`says ${String(claim)} of "${host}"`, () => {
      assert.equal(isLoopback(host), claim)
    })
  }
})

describe('isSafeAddress', () => {
  const rows: readonly (readonly [address: string, claim: boolean])[] = [
    ['https://hooks.example/', true],
    ['http://localhost:5000/', true],
    ['http://127.0.0.2/', true],
    ['http://[::1]:5000/', true],
    ['http://hooks.example/', false],
    ['http://localhost.example/', false],
    ['ftp://localhost/', false],
    ['javascript:alert(1)', false],
  ]
  for (const [address, claim] of rows) {
    it(`says ${String(claim)} of ${address}`, () => {
      assert.equal(isSafeAddress(new URL(address)), claim)
    })
  }
})
