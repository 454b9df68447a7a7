import { type LocalName, parseLocalName, shortHash } from '../model/local-name.ts'
import { type Life, type Owner, parseOwner } from '../model/owner.ts'
import { testContainerOwner } from '../model/test-container.ts'
import type { HeldImage, Holdings } from './engine.ts'

export interface SweepView {
  readonly lifeOf: (owner: Owner) => Life
  readonly now: Date
  /** An owner that needs nothing any more, although its process still runs; with its `job`, not even the image. */
  readonly over?: { readonly owner: string; readonly part: 'step' | 'job' }
}

/** What is to go, in this order: a mark goes after what it vouches for, so that a sweep may be cut short. */
export interface Leftovers {
  readonly containers: readonly string[]
  readonly names: readonly string[]
}

interface Mark {
  readonly name: string
  readonly says: LocalName
  readonly image: HeldImage
}

const hour = 3_600_000
/** Milliseconds for what a process made of which nothing can be known, and for an image, which goes with its job. */
const patience = { unknown: 6 * hour, image: 24 * hour }

/**
 * What earlier runs left in the engine, and what this one does not need any more. Nothing without a mark of ours is
 * among it; of the bases, the newest of each name is not.
 */
export function planSweep({ containers, images }: Holdings, view: SweepView): Leftovers {
  const marks = images.flatMap((image) =>
    image.names.flatMap((name): Mark[] => {
      const says = parseLocalName(name)
      return says === undefined ? [] : [{ name, says, image }]
    }),
  )
  const gone = marks.filter((mark) =>
    mark.says.role === 'kept' ? !isNewest(mark, marks) : isLeftOver(mark.says, view),
  )
  const staying = marks.filter((mark) => !gone.includes(mark))
  return {
    containers: containers.flatMap(({ id, name, labels }) => {
      const owner = testContainerOwner(name, labels)
      return owner !== undefined && isLeftOver({ role: 'test', owner }, view) ? [id] : []
    }),
    names: gone.flatMap((mark) => [...vouchedFor(mark, staying), mark.name]),
  }
}

function isLeftOver(
  { role, owner }: { readonly role: string; readonly owner: string },
  { lifeOf, now, over }: SweepView,
): boolean {
  if (over?.owner === owner && (role !== 'image' || over.part === 'job')) return true
  const who = parseOwner(owner)
  if (who === undefined) return false
  const age = now.getTime() - who.began.getTime()
  if (role === 'image') return age > patience.image
  const life = lifeOf(who)
  return life === 'dead' || (life === 'unknown' && age > patience.unknown)
}

/** Of several that were pulled in one second, the last by name. */
function isNewest({ name, says }: Mark, marks: readonly Mark[]): boolean {
  if (says.role !== 'kept') return false
  return marks.every(
    (other) =>
      other.says.role !== 'kept' ||
      other.says.base !== says.base ||
      other.says.pulled < says.pulled ||
      (other.says.pulled.getTime() === says.pulled.getTime() && other.name <= name),
  )
}

/** The other names of an image that are there only because of a mark, and that no mark that stays vouches for. */
function vouchedFor({ says, image }: Mark, staying: readonly Mark[]): readonly string[] {
  switch (says.role) {
    case 'kept': {
      const isStillKept = staying.some(
        (other) => other.image === image && other.says.role === 'kept' && other.says.source === says.source,
      )
      return isStillKept ? [] : image.digests.filter((name) => shortHash(name.split('@')[0] ?? '') === says.source)
    }
    case 'push':
      return image.names.filter((name) => shortHash(name) === says.target)
    case 'base':
    case 'image':
    case 'test':
      return []
  }
}
