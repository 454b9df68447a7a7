import semver from 'semver'

/** What keeps a release from being made. */
export class ReleaseError extends Error {}

/**
 * The version that `wanted` asks for: a part to raise (`major`, `minor`, `patch`), or a version itself.
 *
 * @param released The versions that have a tag.
 * @throws {ReleaseError} if it is neither, or not higher than all that are released.
 */
export function nextVersion(wanted: string, current: string, released: readonly string[]): string {
  const raised = ['major', 'minor', 'patch'].includes(wanted) ? semver.inc(current, wanted as 'major') : wanted
  const version = semver.valid(raised)
  if (version === null || version !== raised || semver.prerelease(version) !== null) {
    throw new ReleaseError(`"${wanted}" is neither major, minor, patch nor a version such as 1.2.3.`)
  }
  const newer = released.find((other) => semver.gte(other, version))
  if (newer !== undefined) throw new ReleaseError(`${version} is not higher than ${newer}, which is released.`)
  return version
}

/**
 * The changelog with all that is unreleased in a section of `version`, below an empty one.
 *
 * @param date As `2026-12-01`.
 * @throws {ReleaseError} if nothing is unreleased.
 */
export function releaseChangelog(changelog: string, version: string, date: string): string {
  const [, before, section = '', after = ''] =
    /^([^]*?^## Unreleased\n)([^]*?)(^## [^]*)?$(?![^])/m.exec(changelog) ?? []
  if (before === undefined) throw new ReleaseError('CHANGELOG.md has no section "## Unreleased".')
  if (section.trim() === '') throw new ReleaseError('CHANGELOG.md says nothing unreleased.')
  return `${before}\n## ${version} - ${date}\n${section}${after}`
}
