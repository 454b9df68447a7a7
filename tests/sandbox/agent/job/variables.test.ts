import assert from 'node:assert/strict'
import { Variables } from '../../../../sandbox/agent/job/variables.ts'

function resolved(values: Readonly<Record<string, string>>) {
  const variables = new Variables()
  for (const [name, value] of Object.entries(values)) variables.set(name, value)
  return variables.resolve()
}

describe('Variables', () => {
  it('expands macros in values, and theirs', () => {
    assert.equal(resolved({ a: 'x$(b)', b: '$(c)y', c: 'z' }).get('A'), 'xzy')
  })

  it('leaves a macro that leads back to itself', () => {
    const variables = resolved({ a: '$(b)', b: '<$(a)>', c: '$(c)' })
    assert.equal(variables.get('a'), '<$(a)>')
    assert.equal(variables.get('c'), '$(c)')
  })

  it('makes a value that contains a secret a secret', () => {
    const variables = new Variables()
    variables.set('password', 'p', { isSecret: true })
    variables.set('url', 'https://$(password)@x')

    const secrets = variables.resolve().all.filter(({ isSecret }) => isSecret)

    assert.deepEqual(
      secrets.map(({ name }) => name),
      ['password', 'url'],
    )
  })

  it('keeps a secret secret when it is set again', () => {
    const variables = new Variables()
    variables.set('password', 'p', { isSecret: true })
    variables.set('Password', 'q')

    assert.deepEqual(variables.resolve().all, [{ name: 'password', value: 'q', isSecret: true }])
  })

  it('keeps what it resolved', () => {
    const variables = new Variables()
    variables.set('a', '1')
    const before = variables.resolve()

    variables.set('a', '2')

    assert.equal(before.get('a'), '1')
  })
})

describe('ResolvedVariables.expand', () => {
  const rows: readonly (readonly [text: string, expanded: string])[] = [
    ['$(step.var)', 'value'],
    ['$(STEP.VAR)$(a)', 'value1'],
    ['$(none)', '$(none)'],
    ['$(none $(a))', '$(none 1)'],
    ['$(a', '$(a'],
    ['$(m)', '$(none)'],
    ['$a ${a}', '$a ${a}'],
    ['$()', '$()'],
  ]
  for (const [text, expanded] of rows) {
    it(`makes ${expanded} of ${text}`, () => {
      assert.equal(resolved({ 'step.var': 'value', a: '1', m: '$(none)' }).expand(text), expanded)
    })
  }
})
