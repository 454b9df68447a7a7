import type { Digest } from '../model/digest.ts'
import { formatBytes } from '../model/format-bytes.ts'
import type { Log } from '../model/log.ts'
import type { Reference } from '../model/reference.ts'
import { type ImageStore, PushRefusedError } from './image-store.ts'
import type { Repository } from './repository.ts'

/** Pushes; where the registry refuses the credentials, which may be old after a push of hours, once more with new ones. */
export async function pushVersion(
  { name }: { readonly name: string },
  target: Reference,
  { repository, store, log }: { readonly repository: Repository; readonly store: ImageStore; readonly log: Log },
): Promise<Digest> {
  const push = async () => {
    const credentials = await repository.credentials()
    return store.push({
      name,
      target,
      credentials,
      onProgress: ({ sent, total }) => {
        log.info(`Pushed ${formatBytes(sent)} of ${formatBytes(total)}`)
      },
    })
  }
  try {
    return await push()
  } catch (error) {
    const isOfCredentials =
      error instanceof PushRefusedError && (error.refusal === 'unauthorized' || error.refusal === 'forbidden')
    if (!isOfCredentials) throw error
    log.info('The registry refuses the token; the push goes on with a new one')
    return push()
  }
}
