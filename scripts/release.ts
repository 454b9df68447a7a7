import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { nextVersion, releaseChangelog, ReleaseError } from './releasing.ts'

/** Makes a release: `npm run release -- minor`. Version and changelog in one commit, with a tag; nothing is pushed. */
const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' }).trim()

try {
  const [wanted, ...more] = process.argv.slice(2)
  if (wanted === undefined || more.length > 0)
    throw new ReleaseError('Usage: npm run release -- major|minor|patch|1.2.3')
  if (run('git', 'status', '--porcelain') !== '')
    throw new ReleaseError('There are uncommitted changes. Commit them first.')
  const { version: current } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  const tags = run('git', 'tag', '--list', 'v*').split('\n').filter(Boolean)
  const version = nextVersion(
    wanted,
    current,
    tags.map((tag) => tag.slice(1)),
  )
  const changelog = releaseChangelog(
    readFileSync('CHANGELOG.md', 'utf8'),
    version,
    new Date().toISOString().slice(0, 10),
  )

  writeFileSync('CHANGELOG.md', changelog)
  run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version')
  run('git', 'commit', '--all', '--quiet', '--message', `release ${version}`)
  run('git', 'tag', '--annotate', `v${version}`, '--message', version)
  console.log(`Released ${version}. To publish it: git push --follow-tags`)
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
