import assert from 'node:assert/strict'
import fc from 'fast-check'
import { lineSplitter } from '../../src/docker/line-splitter.ts'

describe('lineSplitter', () => {
  it('gives a line when its end comes', () => {
    const splitter = lineSplitter()

    assert.deepEqual(splitter.push(Buffer.from('one\ntw')), ['one'])
    assert.deepEqual(splitter.push(Buffer.from('o\n\n')), ['two', ''])
    assert.deepEqual(splitter.end(), [])
  })

  it('gives the last line though it has no end', () => {
    const splitter = lineSplitter()

    assert.deepEqual(splitter.push(Buffer.from('one\ntwo')), ['one'])
    assert.deepEqual(splitter.end(), ['two'])
    assert.deepEqual(splitter.end(), [])
  })

  it('does not wait for the end of an endless line', () => {
    const splitter = lineSplitter(4)

    assert.deepEqual(splitter.push(Buffer.from('......')), ['......'])
    assert.deepEqual(splitter.push(Buffer.from('..')), [])
    assert.deepEqual(splitter.push(Buffer.from('..\none\ntw')), ['one'])
    assert.deepEqual(splitter.push(Buffer.from('o...')), ['two...'])
    assert.deepEqual(splitter.push(Buffer.from('\n')), [])
    assert.deepEqual(splitter.push(Buffer.from('end')), [])
    assert.deepEqual(splitter.end(), ['end'])
  })

  it('shows what a terminal would of a line that is written over', () => {
    const splitter = lineSplitter(20)

    assert.deepEqual(splitter.push(Buffer.from('1%\r2%\r3%\r\n\r\n\n')), ['3%\r', '', ''])
    assert.deepEqual(splitter.push(Buffer.from('1%\r2%\r')), [])
    assert.deepEqual(splitter.push(Buffer.from('3%\r4%\r5%\r')), [])
    assert.deepEqual(splitter.push(Buffer.from('6%\rthe real problem')), [])
    assert.deepEqual(splitter.push(Buffer.from('\r\n7%\r8%')), ['the real problem\r'])
    assert.deepEqual(splitter.end(), ['8%'])
  })

  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat({ max: 7 }), (words, size) => {
        const text = words.join('\n')
        const bytes = Buffer.from(text)
        const splitter = lineSplitter()
        const lines: string[] = []

        for (let at = 0; at < bytes.length; at += size + 1)
          lines.push(...splitter.push(bytes.subarray(at, at + size + 1)))
        lines.push(...splitter.end())

        assert.deepEqual(lines, text.endsWith('\n') || text === '' ? text.split('\n').slice(0, -1) : text.split('\n'))
      }),
    )
  })
})
