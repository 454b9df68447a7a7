import { formatReference } from '../../src/model/reference.ts'
import type { PostJobKey } from '../../src/pipelines/run-post-job.ts'
import type { ImageStore } from '../../src/publish/image-store.ts'
import type { SweepEngine } from '../../src/sweep/engine.ts'
import type { PublishContext } from './form.ts'

/** What a publish may leave in the engine, by the keys under which the post-job handler finds the names. */
export const leftovers = ['loadedImages', 'pushedName'] as const satisfies readonly PostJobKey[]

/**
 * The engine; the names that it gets on the way are left for the post-job handler, before it gets them where they are
 * known. Names that it had before are not.
 */
export function recordNamesForPostJob<Store extends ImageStore & Pick<SweepEngine, 'list'>>(
  store: Store,
  leave: (leftover: (typeof leftovers)[number], name: string) => void,
  inputs: Pick<PublishContext['inputs'], 'image'>,
): Store {
  return {
    ...store,
    async load(archive, name) {
      const image = inputs.image()
      leave('loadedImages', image)
      const before = (await store.list()).images.flatMap(({ names }) => names)
      const loaded = await store.load(archive, name)
      const others = loaded.filter((name) => name !== image && !before.includes(name))
      leave('loadedImages', [image, ...others].join(' '))
      return loaded
    },
    push(request) {
      const name = formatReference(request.target)
      if (name !== request.name) leave('pushedName', name)
      return store.push(request)
    },
  }
}
