import type { Digest } from '../model/digest.ts'
import type { Release, ReleaseLine } from '../model/release-line.ts'
import type { PushRefusedError } from './image-store.ts'
import type { PublishProgress } from './publish-progress.ts'

/** Why a publish did not get where it should. */
export type PublishFault =
  /** The run is a pull request's, and nobody allowed those to publish. */
  | { readonly what: 'in-pull-request' }
  /** The release line no longer ends with the release that the check saw; both as `<tag>@<digest>`, or `none`. */
  | { readonly what: 'superseded'; readonly tag: string; readonly expected: string; readonly found: string }
  /** The version's tag is on another image. */
  | { readonly what: 'tag-taken'; readonly tag: string }
  | { readonly what: 'push-refused'; readonly refused: PushRefusedError }
  /** The push was refused, and the release line could not be looked at afterwards. */
  | { readonly what: 'outcome-unknown'; readonly refused: PushRefusedError; readonly why: unknown }
  /** The repository does not have what was just pushed. */
  | { readonly what: 'tag-missing'; readonly tag: string; readonly pushed: Digest }
  /** Another publisher's image is under the version's tag: found after the push, or after the tags were moved. */
  | {
      readonly what: 'overwritten'
      readonly release: Release
      readonly pushed: Digest
      readonly after: 'push' | 'tags'
    }
  /** Floating tags that the repository keeps where they are; `how` to free `toFree`, in ECR's words. */
  | FrozenTags
  /** The registry said that these are on the release already, and lists them on another image. */
  | { readonly what: 'tags-elsewhere'; readonly tags: readonly string[]; readonly progress: PublishProgress }
  | { readonly what: 'no-repository'; readonly repositoryName: string }
  /** There is no release whose tags could be moved. */
  | { readonly what: 'no-release'; readonly releaseLine: ReleaseLine }
  /** A step behind the push failed, with `why`. */
  | { readonly what: 'unfinished'; readonly progress: PublishProgress; readonly why: unknown }

interface FrozenTags {
  readonly what: 'frozen-tags'
  readonly frozen: readonly string[]
  readonly toFree: readonly string[]
  readonly how: string
  /** Undefined where nothing was to be published, only to be found out. */
  readonly progress: PublishProgress | undefined
}

/** A publish did not get where it should. */
export class PublishError extends Error {
  override readonly name = 'PublishError'
  readonly fault: PublishFault

  constructor(fault: PublishFault, options?: ErrorOptions) {
    super(fault.what, options)
    this.fault = fault
  }
}

/** Does a step behind the push; where that fails, the PublishError says as well what is done already. */
export async function withPublishProgress<T>(progress: PublishProgress, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw new PublishError({ what: 'unfinished', progress, why: error }, { cause: error })
  }
}
