import assert from 'node:assert/strict'
import { nextVersion, releaseChangelog, ReleaseError } from '../scripts/releasing.ts'

describe('nextVersion', () => {
  for (const [wanted, released, version] of [
    ['patch', ['1.2.3'], '1.2.4'],
    ['minor', ['1.2.3', '1.1.0'], '1.3.0'],
    ['major', [], '2.0.0'],
    ['1.2.3', [], '1.2.3'],
    ['3.0.0', ['1.2.3'], '3.0.0'],
  ] as const) {
    it(`takes ${wanted} after 1.2.3 for ${version}`, () => {
      assert.equal(nextVersion(wanted, '1.2.3', released), version)
    })
  }

  for (const wanted of ['', 'mayor', '1.2', 'v1.2.4', '1.2.4-rc.1', '1.2.3', '1.2.2', 'prerelease']) {
    it(`refuses ${wanted} after 1.2.3`, () => {
      assert.throws(() => nextVersion(wanted, '1.2.3', ['1.2.3']), ReleaseError)
    })
  }
})

describe('releaseChangelog', () => {
  const head = '# Changelog\n\nText.\n\n'
  const released = '## 1.0.0 - 2026-11-01\n\n### Added\n\n- First.\n'

  it('gives what is unreleased a version and a date, below an empty section', () => {
    assert.equal(
      releaseChangelog(`${head}## Unreleased\n\n### Fixed\n\n- A fault.\n\n${released}`, '1.0.1', '2026-12-01'),
      `${head}## Unreleased\n\n## 1.0.1 - 2026-12-01\n\n### Fixed\n\n- A fault.\n\n${released}`,
    )
  })

  it('makes the first release', () => {
    assert.equal(
      releaseChangelog(`${head}## Unreleased\n\n### Added\n\n- First.\n`, '1.0.0', '2026-11-01'),
      `${head}## Unreleased\n\n${released}`,
    )
  })

  for (const [what, changelog] of [
    ['nothing unreleased', `${head}## Unreleased\n\n${released}`],
    ['an empty section', `${head}## Unreleased\n`],
    ['no section', `${head}${released}`],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => releaseChangelog(changelog, '1.0.1', '2026-12-01'), ReleaseError)
    })
  }
})
