import { shortDigest } from '../model/digest.ts'
import { formatBytes } from '../model/format-bytes.ts'
import { code, fence, heading, link, type Markdown, page, table, text } from '../model/markdown.ts'
import type { Published } from './finish-publish.ts'
import type { TagMove } from './publish-progress.ts'

/** The publish as Markdown for the run's page. */
export function summarizePublish({ repository, release, moves, createdAt, size }: Published): Markdown {
  const { uri, page: address } = repository
  const rows = [
    [text('Repository'), address === undefined ? text(uri) : link(uri, address)],
    [text('Digest'), code(release.digest)],
    [text('Size'), text(`${formatBytes(size)}, compressed`)],
    [text('Pushed'), text(createdAt.toISOString())],
  ]
  const tags = moves.map((move) => [code(move.tag), before(move), text(after(move, release.tag))])
  return page([
    heading(3, text(release.tag)),
    table(['', ''], rows),
    table(['tag', 'stood on', 'now'], tags),
    text('To build on exactly this image:'),
    fence('dockerfile', [`FROM ${uri}:${release.tag}@${release.digest}`]),
  ])
}

function before({ before }: TagMove): Markdown {
  return before === undefined ? text('nothing') : code(shortDigest(before))
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
