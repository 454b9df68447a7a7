import { type LocalName, parseLocalName, shortHash } from '../ownership/local-name.ts'
import { type Life, type Owner, parseOwner } from '../ownership/owner.ts'
import { InvalidReferenceError, parseReference } from '../model/reference.ts'
import { testContainerOwner } from '../ownership/test-container.ts'
import type { EngineImage, EngineContents } from './engine.ts'

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
  readonly image: EngineImage
}

const hour = 3_600_000
/** Milliseconds for what a process made of which nothing can be known, and for an image, which goes with its job. */
const patience = { unknown: 6 * hour, image: 24 * hour }

/** Milliseconds by which clocks may differ. A time that lies further ahead is of a clock that was wrong. */
const tolerance = hour

/**
 * What earlier runs left in the engine, and what this one does not need any more. Nothing without a mark of ours is
 * among it; of the bases, the newest of each name is not.
 */
export function planSweep({ containers, images }: EngineContents, view: SweepView): Leftovers {
  const marks = images.flatMap((image) =>
    image.names.flatMap((name): Mark[] => {
      const says = parseLocalName(name)
      return says === undefined ? [] : [{ name, says, image }]
    }),
  )
  const gone = marks.filter((mark) =>
    mark.says.role === 'kept' ? !isNewest(mark, marks, view.now) : isLeftOver(mark.says, view),
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
  const age = ageOf(who.began, now)
  // Its job may still go on, whatever a clock once said.
  if (role === 'image') return age !== Infinity && age > patience.image
  const life = lifeOf(who)
  return life === 'dead' || (life === 'unknown' && age > patience.unknown)
}

/** In milliseconds; what nobody can know is older than everything. */
function ageOf(time: Date, now: Date): number {
  const age = now.getTime() - time.getTime()
  return age < -tolerance ? Infinity : age
}

/** Of several that were pulled in one second, the last by name. */
function isNewest({ name, says }: Mark, marks: readonly Mark[], now: Date): boolean {
  if (says.role !== 'kept') return false
  const age = ageOf(says.pulled, now)
  return marks.every((other) => {
    if (other.says.role !== 'kept' || other.says.base !== says.base) return true
    const otherAge = ageOf(other.says.pulled, now)
    return otherAge > age || (otherAge === age && other.name <= name)
  })
}

/** The other names of an image that are there only because of a mark, and that no mark that stays vouches for. */
function vouchedFor({ says, image }: Mark, staying: readonly Mark[]): readonly string[] {
  switch (says.role) {
    case 'kept': {
      const isStillKept = staying.some(
        (other) => other.image === image && other.says.role === 'kept' && other.says.source === says.source,
      )
      const isOfSource = (name: string) => sourceOf(name) === says.source
      // Somebody who pulled it after us has the same name by digest, and needs it for a tag of the same repository.
      return isStillKept || image.names.some(isOfSource) ? [] : image.digests.filter(isOfSource)
    }
    case 'push':
      return image.names.filter((name) => shortHash(name) === says.target)
    case 'base':
    case 'image':
    case 'test':
      return []
  }
}

/** Registry and repository of a name, whole: an engine says `alpine` for `docker.io/library/alpine`. */
function sourceOf(name: string): string | undefined {
  try {
    const { registry, repository } = parseReference(name)
    return shortHash(`${registry}/${repository}`)
  } catch (error) {
    // Engines keep names that nobody can pull.
    if (error instanceof InvalidReferenceError) return undefined
    throw error
  }
}
