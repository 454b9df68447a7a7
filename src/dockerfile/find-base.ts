import type { Reference } from '../model/reference.ts'
import { InvalidDockerfileError } from './invalid-dockerfile-error.ts'
import type { Dockerfile, Stage } from './read-dockerfile.ts'

/** What an image is built on. */
export type Base = { readonly kind: 'image'; readonly reference: Reference } | { readonly kind: 'scratch' }

/**
 * The base image of what a Dockerfile builds: the FROM of the target stage (the last one without a target), followed
 * through stages that stand on other stages. Other stages only lend files, so their images do not count.
 * Throws InvalidDockerfileError where the target is unknown or its FROM needs a value that nobody gives.
 */
export function findBase(dockerfile: Dockerfile, target?: string): Base {
  let stage = targetStage(dockerfile, target)
  for (;;) {
    const { names, line, written } = stage.from
    switch (names.kind) {
      case 'image':
        return { kind: 'image', reference: names.reference }
      case 'scratch':
        return { kind: 'scratch' }
      case 'unresolved':
        throw new InvalidDockerfileError(`has FROM ${written}, but ${names.because}.`, line)
      case 'stage':
        stage = dockerfile.stages[names.index] ?? stage
    }
  }
}

/** By name in any case, else by number, as the builder looks it up. */
function targetStage({ stages }: Dockerfile, target: string | undefined): Stage {
  const wanted =
    target === undefined
      ? stages.at(-1)
      : (stages.findLast(({ name }) => name?.toLowerCase() === target.toLowerCase()) ??
        (/^\d+$/.test(target) ? stages[Number(target)] : undefined))
  if (wanted === undefined) throw new InvalidDockerfileError(`has no stage "${target ?? ''}".`)
  return wanted
}
