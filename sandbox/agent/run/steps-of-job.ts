import type { Leg } from '../graph/matrix.ts'
import { isRealCheckout } from '../job/plan-checkouts.ts'
import type { JobDefinition } from '../template/jobs.ts'
import type { ListKind } from '../template/includes.ts'
import type { StepDefinition } from '../template/steps.ts'
import { impliedStep } from '../template/steps.ts'
import type { Copies, Hook } from '../template/strategy.ts'

/** Whether the job works in the sources themselves: the one job of a file of steps, unless a checkout is to go elsewhere. */
export function worksInPlace(kind: ListKind, { work }: JobDefinition): boolean {
  if (kind !== 'steps' || work.kind !== 'steps') return false
  const checkouts = work.steps.filter(({ action }) => isRealCheckout(action))
  if (checkouts.length > 1) return false
  return checkouts.every(({ action }) => {
    return action.kind === 'checkout' && action.repository === 'self' && action.path === undefined
  })
}

/** The steps of a job with an agent of its own: without a checkout of its own it starts with one. */
export function stepsOfJob(steps: readonly StepDefinition[], { at }: JobDefinition): readonly StepDefinition[] {
  if (steps.some(({ action }) => action.kind === 'checkout')) return steps
  const checkout = { kind: 'checkout', repository: 'self', path: undefined, isWorkspaceRepository: false } as const
  return [impliedStep(checkout, 'Checkout', at), ...steps]
}

/**
 * The steps of a hook: no checkout, but in `deploy` all artifacts of the run, unless a step downloads, or says `none`.
 */
export function stepsOfHook({ name, steps, at }: Hook): readonly StepDefinition[] {
  if (name !== 'deploy' || steps.some(({ action }) => action.kind === 'download')) return steps
  const download = {
    kind: 'download',
    source: 'current',
    artifact: undefined,
    patterns: '**',
    path: undefined,
  } as const
  return [impliedStep(download, 'Download Artifact', at), ...steps]
}

/** The copies of a job that are known without running it; a matrix of the run is not. */
export function knownLegs(copies: Copies): readonly (Leg | undefined)[] {
  switch (copies.kind) {
    case 'one':
    case 'runtime-matrix':
      return [undefined]
    case 'matrix':
      return copies.legs
    case 'slices':
      return Array.from({ length: copies.count }, (_, index) => ({
        name: `Job${String(index + 1)}`,
        variables: new Map(),
      }))
  }
}
