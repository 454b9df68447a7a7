import assert from 'node:assert/strict'
import { explainWay, tellWay } from '../../src/problems/explain-way.ts'

describe('explainWay', () => {
  const rows = [
    ['PROXY_403', 'proxy-refused', "Check the agent's proxy", 'the proxy on the way to STS refuses (PROXY_403)'],
    [
      'PROXY_407',
      'proxy-refused',
      'Give the agent the user name and the password of its proxy, or write them into HTTPS_PROXY',
      'the proxy on the way to STS wants a user name and a password (PROXY_407)',
    ],
    [
      'PROXY_503',
      'proxy-refused',
      "Check the agent's proxy, Run again later",
      'the proxy on the way to STS does not answer (PROXY_503)',
    ],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'certificate-untrusted',
      'Give the certificate authority of a proxy to the agent (sslcacert), or in NODE_EXTRA_CA_CERTS',
      "the certificate of STS's host is not trusted (SELF_SIGNED_CERT_IN_CHAIN)",
    ],
  ] as const
  for (const [given, code, advice, told] of rows) {
    it(`tells ${given} as ${code}`, () => {
      const way = explainWay(given)

      assert.deepEqual({ ...way, advice: way?.advice.join(', ') }, { code, advice })
      assert.equal(tellWay('STS', given), told)
    })
  }

  it('has nothing to say of hosts that do not answer', () => {
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'AccessDenied']) assert.equal(explainWay(code), undefined)
  })
})
