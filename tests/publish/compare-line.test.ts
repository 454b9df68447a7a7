import assert from 'node:assert/strict'
import type { Origin } from '../../src/model/build-record.ts'
import type { Release } from '../../src/model/release-line.ts'
import { compareLine } from '../../src/publish/compare-line.ts'
import { anOrigin, aRelease } from '../support/builders.ts'

describe('compareLine', () => {
  const old = aRelease({ version: '1.0.0' })
  const newer = aRelease({ version: '1.1.0' })
  const at = ({ tag, digest }: Release) => `${tag}@${digest}`
  const now = (release: Release, run = 'project/other') => ({ release, origin: anOrigin({ run }) })

  type Current = Parameters<typeof compareLine>[1]
  const rows: readonly (readonly [what: string, image: Origin | undefined, current: Current, state: object])[] = [
    ['a first release on an empty line', anOrigin(), undefined, { kind: 'as-checked' }],
    ['the release that the check saw', anOrigin({ replaces: at(old) }), now(old), { kind: 'as-checked' }],
    [
      'that release, of an unknown builder',
      anOrigin({ replaces: at(old) }),
      { release: old, origin: undefined },
      { kind: 'as-checked' },
    ],
    [
      'a release of this very run',
      anOrigin({ replaces: at(old) }),
      now(newer, 'project/1'),
      { kind: 'published', release: newer },
    ],
    ['a first release of this very run', anOrigin(), now(old, 'project/1'), { kind: 'published', release: old }],
    [
      'a newer release of another run',
      anOrigin({ replaces: at(old) }),
      now(newer),
      { kind: 'superseded', expected: at(old), found: at(newer) },
    ],
    [
      'a newer release of an unknown builder',
      anOrigin({ replaces: at(old) }),
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
      anOrigin({ replaces: at(old) }),
      undefined,
      { kind: 'superseded', expected: at(old), found: 'none' },
    ],
    [
      'the same tag with another digest',
      anOrigin({ replaces: at(old) }),
      now({ ...old, digest: newer.digest }),
      { kind: 'superseded', expected: at(old), found: `${old.tag}@${newer.digest}` },
    ],
    ['an image without record', undefined, now(old), { kind: 'unknown' }],
    ['an image that was never checked', anOrigin({ replaces: 'unknown' }), now(old), { kind: 'unknown' }],
  ]
  for (const [what, image, current, state] of rows) {
    it(`says ${String(Object.values(state)[0])} of ${what}`, () => {
      assert.deepEqual(compareLine(image, current), state)
    })
  }
})
