import type { ScalarNode } from './yaml-tree.ts'

/** What a step does. Texts hold macros unexpanded. */
export type StepAction =
  | { readonly kind: 'task'; readonly reference: string; readonly inputs: ReadonlyMap<string, ScalarNode> }
  | {
      readonly kind: 'script'
      readonly shell: 'CmdLine' | 'Bash'
      readonly script: string
      readonly workingDirectory: string
      readonly failOnStderr: boolean
    }
  | CheckoutAction
  | PublishAction
  | DownloadAction

/** Sources of a repository, or none. */
export interface CheckoutAction {
  readonly kind: 'checkout'
  /** `self`, `none` or the alias of a repository resource. */
  readonly repository: string
  /** Below Pipeline.Workspace; where it is not given, the agent chooses. */
  readonly path: string | undefined
  readonly isWorkspaceRepository: boolean
}

/** A file or folder becomes an artifact of the run. */
export interface PublishAction {
  readonly kind: 'publish'
  readonly path: string
  /** Without a name, that of the job. */
  readonly artifact: string | undefined
}

/** Artifacts of the run become files. */
export interface DownloadAction {
  readonly kind: 'download'
  /** `none` only says that a deployment job is to download nothing by itself. */
  readonly source: 'current' | 'none'
  /** All artifacts of the run where there is no name. */
  readonly artifact: string | undefined
  /** Glob patterns, one a line. */
  readonly patterns: string
  /** Where the files go; `undefined`: a folder of the artifact's name in Pipeline.Workspace. */
  readonly path: string | undefined
}
