import assert from 'node:assert/strict'
import type { NumberedLine } from '../../src/model/numbered-line.ts'
import { parseButtons, parseFacts, parseMentions } from '../../src/notify/parse-lines.ts'
import { namingInput } from '../../src/pipelines/form.ts'
import { throws } from '../support/problems.ts'

const line = (text: string, number = 1): NumberedLine => ({ text, number })
const digest = `sha256:${'1a2b3c4d5e6f'.padEnd(64, '0')}`

describe('parseFacts', () => {
  const rows: readonly (readonly [text: string, name: string, value: string])[] = [
    ['Version: 1.1.0', 'Version', '1.1.0'],
    ['Time: 2026-11-26T12:30:00Z', 'Time', '2026-11-26 12:30:00 UTC'],
    ['Time: 2026-11-26T04:02:17.000Z', 'Time', '2026-11-26 04:02:17 UTC'],
    ['Time: 2026-11-26T04:02:17+01:00', 'Time', '2026-11-26T04:02:17+01:00'],
    ['Link: https://a.example/2026-11-26T04:02:17Z', 'Link', 'https://a.example/2026-11-26T04:02:17Z'],
    ['Link:https://a.example/?a=b|c', 'Link', 'https://a.example/?a=b|c'],
    ['Shell : a | b ]] ##vso[x]y', 'Shell', 'a | b ]] ##vso[x]y'],
    ['صورة: قديمة 🐳', 'صورة', 'قديمة 🐳'],
    [`Digest: ${digest}`, 'Digest', 'sha256:1a2b3c4d5e6f'],
    [`Both: a@${digest}, ${digest}`, 'Both', 'a@sha256:1a2b3c4d5e6f, sha256:1a2b3c4d5e6f'],
    [`Longer: ${digest}ab`, 'Longer', `${digest}ab`],
    ['.NET: 10.0.13 → 10.0.14', '.NET', '10.0.13 → 10.0.14'],
    ['.NET:  → 10.0.14', '.NET', '10.0.14'],
    ['.NET: 10.0.13 → ', '.NET', '10.0.13'],
    ['.NET: 10.0.14 → 10.0.14', '.NET', '10.0.14'],
    ['Route: Berlin → Paris → Berlin', 'Route', 'Berlin → Paris → Berlin'],
    ['Chain: → → a', 'Chain', '→ → a'],
  ]
  for (const [text, name, value] of rows) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseFacts([line(text)]), [{ name, value }])
    })
  }

  for (const text of ['Digest:', 'Digest: ', '.NET: → ', '.NET:  →  ']) {
    it(`leaves out "${text}", which says nothing`, () => {
      assert.deepEqual(parseFacts([line(text)]), [])
    })
  }

  for (const [text, told] of [
    [': value', ': value'],
    ['  : value', ' : value'],
    ['\u0000\u001b: value', ' value'],
  ] as const) {
    it(`refuses "${text}" with its number`, () => {
      throws(() => namingInput('facts', () => parseFacts([line('A: 1'), line(text, 7)])), {
        name: 'InvalidInput',
        message: `Line 7 of the input "facts" has nothing before ":": "${told}". Write it as Name: value.`,
      })
    })
  }
})

describe('parseFacts of a value with line ends', () => {
  it('folds them, and reads the next fact', () => {
    const lines = [line('Why: the base moved', 1), line('and files changed', 2), line('Version: 1.1.0', 4)]

    assert.deepEqual(parseFacts(lines), [
      { name: 'Why', value: 'the base moved and files changed' },
      { name: 'Version', value: '1.1.0' },
    ])
  })

  it('refuses a first line that is no fact', () => {
    throws(() => namingInput('facts', () => parseFacts([line('no colon', 7), line('A: 1', 8)])), {
      message: 'Line 7 of the input "facts" has no ":": "no colon". Write it as Name: value.',
    })
  })
})

describe('parseButtons', () => {
  const rows: readonly (readonly [text: string, title: string, url: string])[] = [
    ['Docs | https://docs.example/a', 'Docs', 'https://docs.example/a'],
    ['A|https://a.example/?x=1|2', 'A', 'https://a.example/?x=1|2'],
    ['Größe | https://a.example/größe', 'Größe', 'https://a.example/gr%C3%B6%C3%9Fe'],
    ['Here | http://localhost:8080/', 'Here', 'http://localhost:8080/'],
  ]
  for (const [text, title, url] of rows) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseButtons([line(text)]), [{ title, url }])
    })
  }

  it('leaves out a button without an address, whose variable is empty', () => {
    assert.deepEqual(parseButtons([line('Scan |')]), [])
  })

  it('refuses a sixth, which Teams would hide', () => {
    const lines = Array.from({ length: 7 }, (_, index) => line(`Docs | https://a.example/${String(index)}`, index + 1))

    assert.equal(parseButtons([...lines.slice(0, 5), line('Scan |', 6)]).length, 5)
    throws(() => namingInput('buttons', () => parseButtons(lines)), {
      name: 'InvalidInput',
      message: 'Line 6 of the input "buttons" is one too many: "Docs | https://a.example/5". A card shows 5 of them.',
    })
  })

  it('quotes no more of a line than tells which it is', () => {
    throws(() => namingInput('buttons', () => parseButtons([line(`${'x'.repeat(80)}y`)])), {
      message: /: "x{80}…"\. Write/,
    })
  })

  const refused: readonly (readonly [text: string, problem: string])[] = [
    ['https://a.example/', 'has no "|"'],
    ['| https://a.example/', 'has nothing before "|"'],
    ['Docs | docs.example', 'has an address that is not a URL'],
    ['Docs | http://docs.example/', 'has an address that is http, not https'],
    ['Click | javascript:alert(1)', 'has an address that is javascript, not https'],
    ['Click | JavaScript:alert(1)', 'has an address that is javascript, not https'],
    ['Click | data:text/html,x', 'has an address that is data, not https'],
  ]
  for (const [text, problem] of refused) {
    it(`refuses "${text}" with its number`, () => {
      throws(() => parseButtons([line(text, 3)]), {
        name: 'InvalidValue',
        line: 3,
        reason: `${problem}: "${text}"`,
        message: /\. (Write it as Title \| https:|Give one with https:)/,
      })
    })
  }
})

describe('parseMentions', () => {
  for (const id of [
    'adele@shop.example',
    '9A1F3c52-0c1c-4a6e-8f3e-2b7d5c9e1a04',
    'adele_x.example#EXT#@shop.example',
  ]) {
    it(`takes ${id} for a person`, () => {
      assert.deepEqual(parseMentions([line(`Vance | Adele | ${id}`)]), [{ name: 'Vance | Adele', id }])
    })
  }

  it('reads a person by name and address', () => {
    assert.deepEqual(parseMentions([line('Adele Vance | adele@shop.example')]), [
      { name: 'Adele Vance', id: 'adele@shop.example' },
    ])
  })

  it('leaves out whom a scheduled run has no address of', () => {
    assert.deepEqual(parseMentions([line('Microsoft.VisualStudio.Services.TFS |')]), [])
  })

  for (const [text, problem] of [
    ['Adele', 'has no "|"'],
    ['<at>Adele</at> | adele@shop.example', 'has a name that Teams cannot show'],
    ['[x](https://evil.example) | adele@shop.example', 'has a name that Teams cannot show'],
    ['*b* | adele@shop.example', 'has a name that Teams cannot show'],
    ['`b` | adele@shop.example', 'has a name that Teams cannot show'],
    ['_b_ | adele@shop.example', 'has a name that Teams cannot show'],
    ['~b~ | adele@shop.example', 'has a name that Teams cannot show'],
    [String.raw`a\b | adele@shop.example`, 'has a name that Teams cannot show'],
    ['\u0000\u0007 | adele@shop.example', 'has nothing before "|"'],
    ['Adele | adele', 'does not name a person'],
    ['Adele | adele@shop@example', 'does not name a person'],
    ['Adele | 9a1f3c52', 'does not name a person'],
  ] as const) {
    it(`refuses "${text}" with its number`, () => {
      throws(() => parseMentions([line(text, 2)]), {
        name: 'InvalidValue',
        line: 2,
        reason: `${problem}: "${text}"`,
      })
    })
  }
})

describe('a line whose two variables are empty', () => {
  it('is left out', () => {
    assert.deepEqual(parseMentions([line('|'), line('Adele | adele@shop.example', 2)]).length, 1)
    assert.deepEqual(parseButtons([line('|')]), [])
    assert.deepEqual(parseFacts([line('A: 1'), line(':', 2)]), [{ name: 'A', value: '1' }])
  })
})

describe('parseMentions of a conversation', () => {
  for (const id of [
    '19:0a1b2c@thread.tacv2',
    '19:meeting_abc@thread.v2',
    '19:d4e5_f6a7@unq.gbl.spaces',
    '19:old@thread.skype',
  ]) {
    it(`refuses ${id}`, () => {
      throws(() => parseMentions([line(`Platform team | ${id}`)]), {
        name: 'InvalidValue',
        message: /names a channel or a chat, and a card can mention people alone/,
      })
    })
  }
})
