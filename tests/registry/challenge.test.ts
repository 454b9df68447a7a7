import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseChallenges } from '../../src/registry/challenge.ts'

describe('parseChallenges', () => {
  const hub = {
    scheme: 'bearer',
    parameters: {
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      scope: 'repository:library/debian:pull,push',
    },
  }
  const rows: readonly (readonly [header: string, challenges: readonly object[]])[] = [
    ['', []],
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/debian:pull,push"',
      [hub],
    ],
    [
      'bearer  Realm = "https://auth.docker.io/token" , SERVICE=registry.docker.io ,, scope="repository:library/debian:pull,push"',
      [hub],
    ],
    ['Basic', [{ scheme: 'basic', parameters: {} }]],
    [
      'Basic realm="https://a.example/",service="ecr.amazonaws.com"',
      [{ scheme: 'basic', parameters: { realm: 'https://a.example/', service: 'ecr.amazonaws.com' } }],
    ],
    [
      'Negotiate, Bearer realm="https://a.example/t", Basic realm="a \\"b\\", c"',
      [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'bearer', parameters: { realm: 'https://a.example/t' } },
        { scheme: 'basic', parameters: { realm: 'a "b", c' } },
      ],
    ],
    ['Bearer realm="https://a.example/t', [{ scheme: 'bearer', parameters: { realm: '' } }]],
    ['realm="lost"', []],
    [
      'Bearer error="invalid_token",realm=""',
      [{ scheme: 'bearer', parameters: { error: 'invalid_token', realm: '' } }],
    ],
  ]
  for (const [header, challenges] of rows) {
    it(`reads ${header === '' ? 'nothing' : header}`, () => {
      assert.deepEqual(parseChallenges(header), challenges)
    })
  }

  it('reads whatever is quoted', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const quoted = value.replaceAll(/["\\]/g, '\\$&')
        const [challenge] = parseChallenges(`Bearer realm="https://a.example/t",scope="${quoted}",service=b`)

        assert.equal(challenge?.parameters.service, 'b')
        assert.equal(challenge.parameters.scope, value)
      }),
    )
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ maxLength: 2000 }), (header) => Array.isArray(parseChallenges(header))))
  })
})
