import assert from 'node:assert/strict'
import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { summarizeBuild } from '../../src/build-image/summarize-build.ts'
import { checkPlatformImage } from '../../src/check/check-platform-image.ts'
import { summarizeDecision } from '../../src/check/summarize.ts'
import { firstSentence } from '../../src/aws/aws-words.ts'
import { summarizeTest } from '../../src/integration-test/summarize-test.ts'
import { cleanLine } from '../../src/model/clean-line.ts'
import { digestOf } from '../../src/model/digest.ts'
import { parseImageConfig } from '../../src/model/image-config.ts'
import { parseManifest } from '../../src/model/manifest.ts'
import { code, page, table, text } from '../../src/model/markdown.ts'
import { plainJson } from '../../src/model/plain-json.ts'
import { harmless } from '../../src/model/printable.ts'
import { parseFacts } from '../../src/notify/parse-lines.ts'
import { formatProblem } from '../../src/problems/problem.ts'
import { decisionOutputs } from '../../tasks/PlatformImageCheck/outputs.ts'
import { aCheckRequest, aLocalImage, aPolicy, aRecord, aReleaseLine, labelsOf } from '../support/builders.ts'

const pieces = [
  '<img src=x onerror=alert(1)>',
  '[a](javascript:alert(1))',
  '![x](https://evil.example/p.png)',
  'https://evil.example',
  'www.evil.example',
  '##vso[task.setvariable variable=x]y',
  '##[error]',
  '\u001b[31m',
  '\u001b]8;;https://evil.example\u0007',
  '\u009b1m',
  '\r\nReason: forged',
  '\u2028',
  '\u202e',
  '|',
  '`',
  '``',
  '\\',
  '**',
  '_',
  '# ',
  '- ',
  '1. ',
  '&lt;',
  '~~',
  'a',
  ' ',
  '\ud800',
]

/** What somebody may write who wants to be more than text. */
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string(),
)

/** As a page would show it that lets HTML pass and makes links of all that looks like one. */
const renderer = new MarkdownIt({ html: true, linkify: true })

/** The elements of a page, by their names. */
function elementsOf(markdown: string): string[] {
  return [...renderer.render(markdown).matchAll(/<([a-z]\w*)/gi)].map(([, name = '']) => name)
}

const control = /[^\P{Cc}\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const command = /##(vso)?\[/i

describe('what others write', () => {
  it('is text in a cell of a summary, whatever it is', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const rows = renderer.render(page([table(['', ''], [[text(one), code(other)]])]))
        assert.deepEqual(
          [...rows.matchAll(/<(\w+)/g)].map(([, name]) => name).filter((name) => name !== 'code'),
          ['table', 'thead', 'tr', 'th', 'th', 'tbody', 'tr', 'td', 'td'],
        )
      }),
    )
  })

  it('is text in a paragraph of a summary', () => {
    fc.assert(
      fc.property(hostile, (said) => {
        assert.deepEqual(elementsOf(page([text(`The ${said}`)])), ['p'])
        assert.ok(elementsOf(page([text(said)])).every((name) => name === 'p'))
      }),
    )
  })

  it('shows as it was written, without what nobody sees', () => {
    fc.assert(
      fc.property(hostile, (said) => {
        const shown = renderer
          .render(text(said))
          .replaceAll(/<\/?p>/g, '')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&amp;', '&')
        assert.equal(
          shown.trim().replaceAll(/\s+/g, ' '),
          harmless(said).replaceAll('##_', '##').trim().replaceAll(/\s+/g, ' '),
        )
      }),
    )
  })

  it('is one line of a log that no agent obeys', () => {
    fc.assert(
      fc.property(hostile, (said) => {
        assert.doesNotMatch(cleanLine(said), control)
        assert.doesNotMatch(cleanLine(said), command)
      }),
    )
  })

  it('is a bounded line of a message, also as words of AWS', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 2000 }), (said, times) => {
        const reason = firstSentence(new Error(said.repeat(times)))
        const message = formatProblem({ code: 'ecr-refused', attempt: said.repeat(times), reason, advice: [said] })
        assert.doesNotMatch(message, control)
        assert.doesNotMatch(message, command)
        assert.ok(message.length < 4000, String(message.length))
      }),
    )
  })

  it('comes back from JSON as it went in, and is no command on the way', () => {
    fc.assert(
      fc.property(hostile, (said) => {
        const json = plainJson({ said })
        assert.equal(harmless(json), json)
        assert.deepEqual(JSON.parse(json), { said })
      }),
    )
  })

  it('never begins another fact of a card, once it was an output', () => {
    fc.assert(
      fc.property(hostile, (said) => {
        const lines = `Reason: x ${harmless(said)}`
          .split(/\r?\n/)
          .map((line, index) => ({ text: line, number: index + 1 }))
        assert.equal(parseFacts(lines).length, 1)
      }),
    )
  })
})

describe('labels of the image in ECR', () => {
  const releaseLine = aReleaseLine()
  const names = Object.keys(labelsOf()).filter((name) => name !== 'platform-image.line')
  const labels = fc.dictionary(fc.constantFrom(...names), hostile)

  /** A check of a release with these labels, whose base is the one that its layers begin with. */
  async function check(written: Readonly<Record<string, string>>) {
    const base = parseImageConfig(JSON.stringify({ rootfs: { diff_ids: ['a'] }, os: 'linux', architecture: 'amd64' }))
    const digest = digestOf('release')
    return checkPlatformImage(
      aCheckRequest({ releaseLine, run: 'project/9', policy: aPolicy({ rebuildOnContextChange: false }) }),
      {
        now: new Date('2026-11-26T00:00:00Z'),
        movedAt: () => Promise.resolve(new Date(0)),
        hashContext: undefined,
        registry: {
          resolve: () => Promise.resolve(digestOf('new index')),
          resolvePlatform: () => Promise.resolve(digestOf('new amd64')),
          readConfig: () => Promise.resolve(base),
        },
        releases: {
          list: () =>
            Promise.resolve({
              tags: new Map([
                ['10.0-noble-1.0.0', digest],
                ['10.0-noble-current', digest],
              ]),
              pushedAt: new Map([[digest, new Date('2026-11-01T00:00:00Z')]]),
            }),
          readConfig: () =>
            Promise.resolve({
              ...base,
              labels: { 'platform-image.line': `${releaseLine.repositoryName}:${releaseLine.tagPrefix}`, ...written },
              environment: { ASPNET_VERSION: '10.0.1\n##vso[task.complete]' },
            }),
          freezingFilter: () => Promise.resolve(undefined),
          isFrozen: () => Promise.resolve(false),
        },
      },
    )
  }

  it('reach no output and no summary but as what they should be', async () => {
    await fc.assert(
      fc.asyncProperty(labels, async (written) => {
        const decision = await check(written)
        for (const value of Object.values(decisionOutputs(decision))) {
          assert.equal(harmless(String(value ?? '')), String(value ?? ''))
          assert.doesNotMatch(String(value ?? ''), /<img|javascript:|evil/)
        }
        assert.doesNotMatch(summarizeDecision(decision), /img|javascript:|evil/)
      }),
    )
  })

  it('leave a release to be judged by its layers where they are hostile, and are named', async () => {
    const decision = await check({ ...labelsOf(), 'org.opencontainers.image.base.digest': 'sha256:<img src=x>' })

    assert.deepEqual(decision.verdict, { kind: 'up-to-date', rule: 'layers' })
    assert.deepEqual(
      decision.doubts?.map(({ fault }) => fault),
      [{ what: 'unbelievable-label', tag: '10.0-noble-1.0.0', label: 'org.opencontainers.image.base.digest' }],
    )
  })
})

describe('what an image says of itself', () => {
  it('is text in the summary of its build', () => {
    fc.assert(
      fc.property(hostile, hostile, (user, step) => {
        const image = aLocalImage({ user, ports: [user, step], environment: { DOTNET_VERSION: user } })
        const steps = [{ name: step, seconds: 1, cached: false }]
        const elements = elementsOf(summarizeBuild({ name: 'x', image, base: undefined, steps }, aRecord()))
        assert.ok(elements.every((name) => ['h3', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'code'].includes(name)))
        assert.equal(elements.filter((name) => name === 'h3').length, 1)
        assert.equal(elements.filter((name) => name === 'table').length, 2)
      }),
    )
  })

  it('is text in the summary of its test', () => {
    fc.assert(
      fc.property(hostile, (said) => {
        const outcome = { kind: 'failed', message: said, details: [] } as const
        const elements = elementsOf(summarizeTest([{ name: 'The request answers', seconds: 1, outcome }]))
        assert.ok(
          elements.every((name) => ['h4', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'strong'].includes(name)),
        )
      }),
    )
  })

  it('is no platform unless it looks like one, in configurations and in indexes', () => {
    fc.assert(
      fc.property(hostile, (said) => {
        fc.pre(!/^[a-z0-9][\w.-]{0,31}$/i.test(said))
        const config = parseImageConfig(JSON.stringify({ os: said, architecture: 'amd64', rootfs: {} }))
        assert.equal(config.platform, undefined)
        const entry = { digest: digestOf('a'), platform: { os: 'linux', architecture: said } }
        const index = parseManifest(JSON.stringify({ manifests: [entry] }))
        assert.deepEqual(index, { kind: 'index', entries: [{ digest: digestOf('a') }] })
      }),
    )
  })
})
