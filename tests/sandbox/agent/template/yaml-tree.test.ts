import assert from 'node:assert/strict'
import { asSequence, parseYaml } from '../../../../sandbox/agent/template/yaml-tree.ts'

describe('parseYaml', () => {
  const scalars: readonly (readonly [written: string, text: string, literal: unknown])[] = [
    ['1.20', '1.20', 1.2],
    ['0x1F', '0x1F', 31],
    ['010', '010', 10],
    ['1.2.3', '1.2.3', '1.2.3'],
    ['yes', 'yes', 'yes'],
    ['on', 'on', 'on'],
    ['True', 'True', true],
    ['FALSE', 'FALSE', false],
    ['null', '', undefined],
    ['', '', undefined],
    ['.inf', '.inf', '.inf'],
    [`'true'`, 'true', 'true'],
    ['"1"', '1', '1'],
    [`''`, '', ''],
    ['|\n  a\n  b\n', 'a\nb\n', 'a\nb\n'],
    ['>-\n  a\n  b\n', 'a b', 'a b'],
    ['a\n  b', 'a b', 'a b'],
  ]
  for (const [written, text, literal] of scalars) {
    it(`reads ${JSON.stringify(written)}`, () => {
      const [item] = asSequence(parseYaml(`- ${written}`, 'a.yml')).items

      assert.equal(item?.kind, 'scalar')
      assert.equal(item.text, text)
      assert.equal(item.literal, literal)
    })
  }

  it('knows the place of each node', () => {
    const [, second] = asSequence(parseYaml('- a\n-   b\n', 'x/a.yml')).items
    assert.deepEqual(second?.at, { file: 'x/a.yml', line: 2, column: 5 })
  })

  const errors: readonly (readonly [text: string, message: RegExp])[] = [
    ['a: &x 1', /^a\.yml:1:\d+: Anchors are not currently supported/],
    ['a: &x { b: 1 }', /Anchors are not currently supported/],
    ['a: *x', /Anchors are not currently supported|alias/i],
    ['script: a\nscript: b', /^a\.yml:2:1: 'script' is already defined/],
    ['a: 1\n---\nb: 1', /one YAML document only/],
    ['a: !!str 1', /^a\.yml:1:\d+: The tag .* is not supported/],
    ['a: [1', /^a\.yml:1:\d+: /],
    ['', /^a\.yml:1:1: The file is empty/],
    ['? [a]\n: b', /A key must be plain text/],
  ]
  for (const [text, message] of errors) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseYaml(text, 'a.yml'), { name: 'PipelineError', message })
    })
  }
})
