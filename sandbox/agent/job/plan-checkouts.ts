import { join, normalize } from 'node:path/posix'
import { PipelineError } from '../position.ts'
import type { CheckoutAction } from '../template/step-actions.ts'
import type { StepDefinition } from '../template/steps.ts'

/** Where the sources of a job lie; all paths are relative to Pipeline.Workspace. */
export interface SourceLayout {
  /** Build.SourcesDirectory. */
  readonly sources: string
  /** Build.Repository.LocalPath. */
  readonly self: string
  /** System.DefaultWorkingDirectory. */
  readonly workingDirectory: string
}

/** Whether a step gets sources at all. */
export function isRealCheckout(action: StepDefinition['action']): action is CheckoutAction {
  return action.kind === 'checkout' && action.repository !== 'none'
}

/**
 * Lays out the checkouts of a job as the agent does: one is in `s`, or where its `path` says; several are in `s/<name>`
 * each, and the sources folder is `s`. The one with `workspaceRepo` is the default working directory. `repositories`
 * are the names of the folders by alias, `self` among them; an alias that is missing there is an error.
 */
export function planCheckouts(
  steps: readonly StepDefinition[],
  repositories: ReadonlyMap<string, string>,
): SourceLayout {
  const checkouts = steps.flatMap(({ action, at }) => (isRealCheckout(action) ? [{ action, at }] : []))
  const taken = new Set<string>()
  for (const { action, at } of checkouts) {
    if (!repositories.has(action.repository)) {
      throw new PipelineError(at, `Checking out '${action.repository}' is not supported by the local agent: no folder`)
    }
    const path = pathOfCheckout(action, steps, repositories)
    if (path === '..' || path.startsWith('../') || path.startsWith('/')) {
      throw new PipelineError(at, `The path '${action.path ?? ''}' of the checkout is outside of Pipeline.Workspace`)
    }
    if (taken.has(path)) throw new PipelineError(at, `Two checkouts go to the same folder '${path}'`)
    taken.add(path)
  }
  const pathOf = (action: CheckoutAction | undefined) =>
    action === undefined ? 's' : pathOfCheckout(action, steps, repositories)
  const actions = checkouts.map(({ action }) => action)
  const sources = actions.length > 1 ? 's' : pathOf(actions[0])
  const workspace = actions.find(({ isWorkspaceRepository }) => isWorkspaceRepository)
  return {
    sources,
    self: pathOf(actions.find(({ repository }) => repository === 'self')),
    workingDirectory: workspace === undefined ? sources : pathOf(workspace),
  }
}

/** Where one checkout of a job goes, relative to Pipeline.Workspace. */
export function pathOfCheckout(
  checkout: CheckoutAction,
  steps: readonly StepDefinition[],
  repositories: ReadonlyMap<string, string>,
): string {
  if (checkout.path !== undefined) return normalize(checkout.path).replace(/\/$/, '')
  const isOnly = steps.filter(({ action }) => isRealCheckout(action)).length <= 1
  return isOnly ? 's' : join('s', repositories.get(checkout.repository) ?? checkout.repository)
}
