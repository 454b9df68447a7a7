import type { Digest } from '../model/digest.ts'
import type { Log } from '../model/log.ts'
import type { Reference } from '../model/reference.ts'
import { type ImageStore, PushRefusedError } from './image-store.ts'
import type { Repository } from './repository.ts'

/** Pushes; credentials that are no longer taken, as in a push of hours, are renewed once. */
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
        log.info(`Pushed ${megabytes(sent)} of ${megabytes(total)} MB`)
      },
    })
  }
  try {
    return await push()
  } catch (error) {
    const isOfCredentials =
      error instanceof PushRefusedError && (error.refusal === 'unauthorized' || error.refusal === 'forbidden')
    if (!isOfCredentials) throw error
    log.info('The registry no longer takes the token; it is renewed, and the push goes on')
    return push()
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
