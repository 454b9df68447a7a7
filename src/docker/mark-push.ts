import { pushName } from '../ownership/local-name.ts'
import { formatReference } from '../model/reference.ts'
import type { ImagePush } from '../publish/image-store.ts'
import type { Connection } from './connection/connection.ts'
import { removeImage, tagImage } from './inspect-image.ts'

/**
 * Pushes while a mark tells whose the target's name in the engine is: where the push is killed, the next sweep finds
 * that name by it. The mark goes after the name.
 */
export async function withPushMark<T>(
  { name, target, owner }: Pick<ImagePush, 'name' | 'target'> & { readonly owner: string | undefined },
  connection: Connection,
  push: () => Promise<T>,
): Promise<T> {
  if (owner === undefined) return push()
  const mark = pushName(formatReference(target), owner)
  await tagImage(name, mark, connection)
  try {
    return await push()
  } finally {
    // What the registry said stands, also where the engine keeps the mark.
    await removeImage(mark, connection).catch(() => undefined)
  }
}
