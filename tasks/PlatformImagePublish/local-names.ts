import { formatReference } from '../../src/model/reference.ts'
import type { Inputs } from '../../src/pipelines/inputs.ts'
import type { ImageStore } from '../../src/publish/image-store.ts'

/** What a publish may leave in the engine, each under the name by which the post-job handler finds it. */
export const leftovers = ['loadedImage', 'pushedName'] as const

/** The engine; the names that it gets on the way are left for the post-job handler before it gets them. */
export function forgettingStore<Store extends ImageStore>(
  store: Store,
  leave: (leftover: (typeof leftovers)[number], name: string) => void,
  inputs: Inputs,
): Store {
  return {
    ...store,
    load(archive) {
      leave('loadedImage', inputs.text('image'))
      return store.load(archive)
    },
    push(request) {
      const name = formatReference(request.target)
      if (name !== request.name) leave('pushedName', name)
      return store.push(request)
    },
  }
}
