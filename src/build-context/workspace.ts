import { realpath } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'

/** The folders of a pipeline. */
export interface Workspace {
  /** What the pipeline checked out. Whoever may push to the repository chooses the links in it. */
  readonly sources: string
  /** Holds the sources, and may hold those of other repositories. */
  readonly whole?: string
}

/**
 * Whether a path below the sources really ends outside of the workspace, because of a link that the repository brings.
 * Any other path is the word of the pipeline's author, also where it ends there. What does not exist leaves nothing.
 */
export async function leavesWorkspace(path: string, { sources, whole = sources }: Workspace): Promise<boolean> {
  const [given, real] = [resolve(path), await realpath(path).catch(() => undefined)]
  const realSources = await realpath(sources).catch(() => resolve(sources))
  const isOfRepository = isBelow(given, resolve(sources)) || isBelow(given, realSources)
  if (!isOfRepository || real === undefined) return false
  const realWhole = await realpath(whole).catch(() => resolve(whole))
  return !isBelow(real, realSources) && !isBelow(real, realWhole)
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`)
}
