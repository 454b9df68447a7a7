import { DOMParser, type Element, onWarningStopParsing } from '@xmldom/xmldom'
import type { PublishedTest } from '../contract.ts'

/** The test cases of a JUnit file, as the Tests tab lists them; throws an Error where the file is none. */
export function readJUnit(text: string): readonly PublishedTest[] {
  const document = new DOMParser({ onError: onWarningStopParsing }).parseFromString(text, 'text/xml')
  const root = document.documentElement
  if (root === null || !['testsuites', 'testsuite'].includes(root.tagName)) {
    throw new Error('The root of the file is neither testsuites nor testsuite.')
  }
  return Array.from(document.getElementsByTagName('testcase'), readCase)
}

function readCase(element: Element): PublishedTest {
  const name = element.getAttribute('name')
  if (name === null || name === '') throw new Error('A testcase has no name.')
  const seconds = Number(element.getAttribute('time') ?? '0')
  if (Number.isNaN(seconds)) throw new Error(`The time of the testcase ${name} is no number.`)
  const failure = element.getElementsByTagName('failure')[0] ?? element.getElementsByTagName('error')[0]
  if (failure !== undefined) {
    const message = failure.getAttribute('message') ?? ''
    return { name, seconds, outcome: 'Failed', message, details: failure.textContent ?? '' }
  }
  const isSkipped = element.getElementsByTagName('skipped').length > 0
  return { name, seconds, outcome: isSkipped ? 'NotExecuted' : 'Passed' }
}
