import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { type Digest, isDigest } from '../../src/model/digest.ts'
import type { BaseState, History } from './replay.ts'

const digestSchema = v.custom<Digest>((value) => typeof value === 'string' && isDigest(value))
const fileSchema = v.object({
  repository: v.string(),
  tag: v.string(),
  moves: v.array(
    v.object({
      at: v.pipe(
        v.string(),
        v.transform((text) => new Date(text)),
        v.date(),
      ),
      index: digestSchema,
      platforms: v.looseObject({ 'linux/amd64': digestSchema }),
    }),
  ),
})

/** The real moves of official tags, as linux/amd64 sees them; tests/data/base-moves/README.md names the source. */
export function readBaseMoves(): readonly History[] {
  return ['aspnet-8.0', 'aspnet-10.0', 'runtime-6.0-bullseye-slim'].map(readHistory)
}

function readHistory(name: string): History {
  const file = join(import.meta.dirname, '..', 'data', 'base-moves', `${name}.json`)
  const { repository, tag, moves } = v.parse(fileSchema, JSON.parse(readFileSync(file, 'utf8')))
  const [first, ...more] = moves.reduce<BaseState[]>((states, { at, index, platforms }) => {
    const platformDigest = platforms['linux/amd64']
    const before = states.at(-1)
    const platformMovedAt = before?.platformDigest === platformDigest ? before.platformMovedAt : at
    return [...states, { digest: index, platformDigest, movedAt: at, platformMovedAt }]
  }, [])
  if (first === undefined) throw new Error(`${file} holds no moves.`)
  return { name: `${basename(repository)}:${tag}`, states: [first, ...more] }
}
