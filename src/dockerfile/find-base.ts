import type { Platform } from '../model/platform.ts'
import type { Reference } from '../model/reference.ts'
import { InvalidDockerfileError } from './invalid-dockerfile-error.ts'
import { type Dockerfile, findTarget, type Stage } from './read-dockerfile.ts'

/** What an image is built on. */
export type Base =
  | {
      readonly kind: 'image'
      readonly reference: Reference
      /** What its FROM says by --platform. */
      readonly platform?: Platform
    }
  | { readonly kind: 'scratch' }

/**
 * The base image of what a Dockerfile builds: the FROM of the target stage (the last one without a target), followed
 * through stages that stand on other stages. Other stages only lend files, so their images do not count.
 * Throws InvalidDockerfileError where the target is unknown or its FROM needs a value that nobody gives.
 */
export function findBase(dockerfile: Dockerfile, target?: string): Base {
  const { names, line, forPlatform: platform } = rootStage(dockerfile, target).from
  if (names.kind === 'image') return { kind: 'image', reference: names.reference, ...(platform && { platform }) }
  if (names.kind === 'unresolved') {
    throw new InvalidDockerfileError({ what: 'unknown-base', needsValue: names.needsValue }, { line })
  }
  return { kind: 'scratch' }
}

/** Uses this image as the base if the Dockerfile's own base cannot be resolved. */
export function assumeBase(dockerfile: Dockerfile, reference: Reference, target?: string): Dockerfile {
  const root = rootStage(dockerfile, target)
  if (root.from.names.kind !== 'unresolved') return dockerfile
  const from = { ...root.from, names: { kind: 'image', reference } as const }
  return { ...dockerfile, stages: dockerfile.stages.map((stage) => (stage === root ? { ...stage, from } : stage)) }
}

/** The stage at the bottom of the target's chain; it names an image, scratch, or nothing known. */
function rootStage(dockerfile: Dockerfile, target: string | undefined): Stage {
  const image = findTarget(dockerfile.stages, target)
  if (image === undefined) throw new InvalidDockerfileError({ what: 'no-stage', target: target ?? '' })
  let stage = image
  // A stage can stand on earlier ones only, so this ends.
  while (stage.from.names.kind === 'stage') {
    const below = dockerfile.stages[stage.from.names.index]
    if (below === undefined) break
    stage = below
  }
  return stage
}
