import { shortDigest } from '../model/digest.ts'
import { formatBytes } from '../model/format-bytes.ts'
import type { Published } from './finish-publish.ts'
import type { TagMove } from './publish-progress.ts'

/** The publish as Markdown for the run's page. */
export function summarizePublish({ repository, release, moves, createdAt, size }: Published): string {
  const place = repository.page === undefined ? repository.uri : `[${repository.uri}](${repository.page})`
  const rows = [
    `| Repository | ${place} |`,
    `| Digest | \`${release.digest}\` |`,
    `| Size | ${formatBytes(size)}, compressed |`,
    `| Pushed | ${createdAt.toISOString()} |`,
  ]
  const tags = moves.map((move) => `| \`${move.tag}\` | ${before(move)} | ${after(move, release.tag)} |`)
  return [
    `### ${release.tag}`,
    `| | |\n|---|---|\n${rows.join('\n')}`,
    `| tag | stood on | now |\n|---|---|---|\n${tags.join('\n')}`,
    `To build on exactly this image:\n\n\`\`\`dockerfile\nFROM ${repository.uri}:${release.tag}@${release.digest}\n\`\`\`\n`,
  ].join('\n\n')
}

function before({ before }: TagMove): string {
  return before === undefined ? 'nothing' : `\`${shortDigest(before)}\``
}

function after({ outcome }: TagMove, version: string): string {
  switch (outcome) {
    case 'moved':
    case 'unchanged':
      return version
    case 'frozen':
      return 'where it was: immutable'
    case 'left':
      return 'where it was: a release with another tag prefix'
    case 'passed-on':
      return 'a higher version that came meanwhile'
  }
}
