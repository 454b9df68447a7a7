import assert from 'node:assert/strict'
import fc from 'fast-check'
import { cleanLine, cleanLineHiding } from '../../src/model/clean-line.ts'

describe('cleanLine', () => {
  const table: readonly [what: string, raw: string, cleaned: string][] = [
    ['leaves an ordinary line alone', '  restored grün.csproj\t(in 1.2 s)', '  restored grün.csproj\t(in 1.2 s)'],
    ['breaks a log command', '##vso[task.complete result=Succeeded]', '##_vso[task.complete result=Succeeded]'],
    ['breaks one in capitals', '##VSO[task.complete]', '##_VSO[task.complete]'],
    ['breaks one inside the line', 'a ##vso[x] b ##vso[y]', 'a ##_vso[x] b ##_vso[y]'],
    ['breaks one behind more signs', '####vso[x]', '####_vso[x]'],
    ['breaks a format command', '##[error]boom', '##_[error]boom'],
    ['breaks one that a colour hid', '##\u001b[31mvso[x]\u001b[0m', '##_vso[x]'],
    ['breaks one that a control character hid', '##\u0000v\u0008so[x]', '##_vso[x]'],
    ['keeps a heading', '## vso', '## vso'],
    ['drops colours', '\u001b[91mwarning\u001b[0m', 'warning'],
    ['drops a link of the terminal', '\u001b]8;;http://a\u0007text\u001b]8;;\u0007', 'text'],
    ['drops a Windows line end', 'line\r', 'line'],
    ['makes a blank of a lone carriage return', ' 10%\r 20%', ' 10%  20%'],
    ['makes a blank of a line feed', 'a\n##vso[x]', 'a ##_vso[x]'],
    ['gives an empty line for an empty line', '', ''],
  ]
  for (const [what, raw, cleaned] of table) {
    it(what, () => {
      assert.equal(cleanLine(raw), cleaned)
    })
  }

  it('cuts a line of more than 4,000 characters and says so', () => {
    assert.equal(cleanLine('a'.repeat(4000)), 'a'.repeat(4000))
    assert.equal(cleanLine('a'.repeat(4001)), `${'a'.repeat(3999)}…`)
  })

  it('leaves nothing that an agent would obey, whatever comes', () => {
    const pieces = fc.constantFrom(
      '#',
      '##',
      'vso',
      'VSO',
      '[',
      ']',
      '\r',
      '\n',
      '\u001b',
      '\u001b[1m',
      '\u0000',
      '_',
      'x',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const cleaned = cleanLine(parts.join(''))
        assert.doesNotMatch(cleaned, /##(?:vso)?\[/i)
        assert.doesNotMatch(cleaned, /\p{Cc}/u)
      }),
    )
  })
})

describe('cleanLineHiding', () => {
  const clean = cleanLineHiding((text) => text.replaceAll('geheim', '***').replaceAll('zwei\nzeilen', '***'))
  const table: readonly [what: string, raw: string, cleaned: string][] = [
    ['hides a secret', 'a geheim b', 'a *** b'],
    ['hides one in UTF-16', Buffer.from('a geheim b', 'utf16le').toString(), 'a *** b'],
    ['hides one with control characters inside', 'ge\u0001he\u0007im', '***'],
    ['hides one with colours inside', 'ge\u001b[1mhe\u001b[0mim', '***'],
    ['hides one of two lines', 'a zwei\nzeilen b', 'a *** b'],
    ['hides one before the cut', `${'x'.repeat(3990)}geheim and more`, `${'x'.repeat(3990)}*** and m…`],
  ]
  for (const [what, raw, cleaned] of table) {
    it(what, () => {
      assert.equal(clean(raw), cleaned)
    })
  }
})
