import assert from 'node:assert/strict'
import { digestOf } from '../../src/model/digest.ts'
import type { Origin } from '../../src/model/build-record.ts'
import type { Release } from '../../src/model/release-line.ts'
import { compareWithCurrentRelease } from '../../src/publish/compare-with-current-release.ts'
import { anOrigin, aRelease } from '../support/builders.ts'

describe('compareWithCurrentRelease', () => {
  const old = aRelease({ version: '1.0.0' })
  const newer = aRelease({ version: '1.1.0' })
  const at = ({ tag, digest }: Release) => `${tag}@${digest}`
  const replacing = ({ tag, digest }: Release) => ({ kind: 'release', tag, digest }) as const
  const now = (release: Release, run = 'project/other') => ({ release, origin: anOrigin({ run }) })

  type Current = Parameters<typeof compareWithCurrentRelease>[1]
  const rows: readonly (readonly [what: string, image: Origin | undefined, current: Current, state: object])[] = [
    ['a first release on an empty line', anOrigin(), undefined, { kind: 'as-checked' }],
    ['the release that the check saw', anOrigin({ replaces: replacing(old) }), now(old), { kind: 'as-checked' }],
    [
      'that release, of an unknown builder',
      anOrigin({ replaces: replacing(old) }),
      { release: old, origin: undefined },
      { kind: 'as-checked' },
    ],
    [
      'a release of this very run',
      anOrigin({ replaces: replacing(old) }),
      now(newer, 'project/1'),
      { kind: 'published', release: newer },
    ],
    ['a first release of this very run', anOrigin(), now(old, 'project/1'), { kind: 'published', release: old }],
    [
      'a newer release of another run',
      anOrigin({ replaces: replacing(old) }),
      now(newer),
      { kind: 'superseded', expected: at(old), found: at(newer) },
    ],
    [
      'a newer release of an unknown builder',
      anOrigin({ replaces: replacing(old) }),
      { release: newer, origin: undefined },
      { kind: 'superseded', expected: at(old), found: at(newer) },
    ],
    [
      'a first release where there is one now',
      anOrigin(),
      now(old),
      { kind: 'superseded', expected: 'none', found: at(old) },
    ],
    [
      'a line that lost its releases',
      anOrigin({ replaces: replacing(old) }),
      undefined,
      { kind: 'superseded', expected: at(old), found: 'none' },
    ],
    [
      'the same tag with another digest',
      anOrigin({ replaces: replacing(old) }),
      now({ ...old, digest: newer.digest }),
      { kind: 'superseded', expected: at(old), found: `${old.tag}@${newer.digest}` },
    ],
    ...equalRows(),
    ['an image without record', undefined, now(old), { kind: 'unknown' }],
    ['an image that was never checked', anOrigin({ replaces: { kind: 'unknown' } }), now(old), { kind: 'unknown' }],
    [
      'a release of this very run that was never checked',
      anOrigin({ replaces: { kind: 'unknown' } }),
      now(old, 'project/1'),
      { kind: 'published', release: old },
    ],
  ]
  /** Another run has published meanwhile: which image still counts as published? */
  function equalRows() {
    const content = { contextHash: 'v1:sha256:a', reason: 'base-moved' }
    const image = (overrides: Partial<Origin> = {}) => anOrigin({ ...content, replaces: replacing(old), ...overrides })
    const theirs = (overrides: Partial<Origin> = {}) => ({
      release: newer,
      origin: anOrigin({ ...content, run: 'project/other', ...overrides }),
    })
    const equal = { kind: 'equal', release: newer }
    const superseded = { kind: 'superseded', expected: at(old), found: at(newer) }
    return [
      ['the same content of another run', image(), theirs(), equal],
      ['the same content on another index of the base', image(), theirs({ baseDigest: digestOf('other') }), equal],
      ['the same content, wanted for its age', image({ reason: 'max-age' }), theirs(), equal],
      ['the same content, but forced', image({ reason: 'forced' }), theirs(), superseded],
      ['the same content that the other was forced to', image(), theirs({ reason: 'forced' }), equal],
      ['another base', image(), theirs({ basePlatformDigest: digestOf('newer') }), superseded],
      ['another context', image(), theirs({ contextHash: 'v1:sha256:b' }), superseded],
      ['another platform', image(), theirs({ platform: 'linux/arm64' }), superseded],
      [
        'contexts that are not known',
        without(image(), 'contextHash'),
        { release: newer, origin: without(theirs().origin, 'contextHash') },
        superseded,
      ],
      [
        'runs that are not known',
        without(without(image(), 'contextHash'), 'run'),
        { release: newer, origin: without(anOrigin(), 'run') },
        superseded,
      ],
    ] as const
  }

  function without(origin: Origin, unknown: 'contextHash' | 'run'): Origin {
    const { [unknown]: known, ...rest } = origin
    assert.ok(known)
    return rest
  }

  for (const [what, image, current, state] of rows) {
    it(`says ${String(Object.values(state)[0])} of ${what}`, () => {
      assert.deepEqual(compareWithCurrentRelease(image, current), state)
    })
  }
})
