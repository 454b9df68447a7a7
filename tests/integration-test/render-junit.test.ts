import assert from 'node:assert/strict'
import { DOMParser, type Element, onWarningStopParsing } from '@xmldom/xmldom'
import type { TestCheck } from '../../src/integration-test/record-checks.ts'
import { renderJUnit } from '../../src/integration-test/render-junit.ts'

interface Tree {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly content: readonly (Tree | string)[]
}

function tree(name: string, attributes: Tree['attributes'] = {}, ...content: Tree['content']): Tree {
  return { name, attributes, content }
}

/** Throws where the text is not well-formed. */
function parse(text: string): Tree {
  const document = new DOMParser({ onError: onWarningStopParsing }).parseFromString(text, 'text/xml')
  assert.ok(document.documentElement)
  return toTree(document.documentElement)
}

function toTree(element: Element): Tree {
  const attributes = Object.fromEntries(Array.from(element.attributes, ({ name, value }) => [name, value]))
  const content = Array.from(element.childNodes, (child) =>
    child.nodeType === child.ELEMENT_NODE ? toTree(child as Element) : (child.nodeValue ?? ''),
  )
  return tree(element.tagName, attributes, ...content)
}

const failed = (message: string, details: readonly string[] = []): TestCheck => ({
  name: 'The request answers',
  seconds: 60.04,
  outcome: { kind: 'failed', message, details },
})

describe('renderJUnit', () => {
  it('tells what passed, what failed and what it did not come to', () => {
    const checks: readonly TestCheck[] = [
      { name: 'The image builds', seconds: 1.5, outcome: { kind: 'passed' } },
      failed('It answered 500.', ['What the application printed:', '  Unhandled exception.']),
      { name: 'The application ends with 0', seconds: 0, outcome: { kind: 'skipped' } },
    ]

    const classname = 'platform/aspnet:10.0'
    const printed = 'What the application printed:\n  Unhandled exception.'
    assert.deepEqual(
      parse(renderJUnit(classname, checks)),
      tree(
        'testsuites',
        {},
        tree(
          'testsuite',
          { name: classname, tests: '3', failures: '1', skipped: '1', time: '61.540' },
          tree('testcase', { name: 'The image builds', classname, time: '1.500' }),
          tree(
            'testcase',
            { name: 'The request answers', classname, time: '60.040' },
            tree('failure', { message: 'It answered 500.' }, printed),
          ),
          tree('testcase', { name: 'The application ends with 0', classname, time: '0.000' }, tree('skipped')),
        ),
      ),
    )
  })

  it('is well-formed whatever a container prints', () => {
    const ugly = `</failure><x a="1">&amp; ]]> \u0000\u0008\u001b\uFFFE\uFFFF${'\u{1F600}'.slice(0, 1)} \u{1F600} ü`

    const text = renderJUnit('a', [failed(ugly, [ugly, ugly])])

    const [, message] = / message="([^"]*)"/.exec(text) ?? []
    assert.equal(message, '&lt;/failure&gt;&lt;x a=&quot;1&quot;&gt;&amp;amp; ]]&gt;  \u{1F600} ü')
    parse(text)
  })
})
