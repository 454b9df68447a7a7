import type { LocalImage } from '../../src/model/local-image.ts'
import { parseDigest } from '../../src/model/digest.ts'
import { type ImageStore, PushRefusedError } from '../../src/publish/image-store.ts'
import { aLocalImage } from './builders.ts'
import { pushTinyImage } from './tiny-image.ts'

/** An engine with one image that it really pushes, into whatever registry; there is no engine behind it. */
export function registryStore(labels: Readonly<Record<string, string>>): ImageStore {
  const image: LocalImage = aLocalImage({ labels })
  return {
    inspect: () => Promise.resolve(image),
    load: () => Promise.reject(new Error('There is no archive.')),
    async push({ target, credentials, onProgress }) {
      const { registry, repository, tag = '' } = target
      const { username, password } = credentials
      onProgress?.({ sent: 0, total: image.size })
      const pushed = await pushTinyImage({
        registry: `http://${registry}`,
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        repository,
        tag,
        labels,
        layers: [JSON.stringify(labels)],
      }).catch((cause: unknown) => {
        const words = String(cause)
        const refusal = words.includes('TAG_INVALID') ? 'tag-frozen' : 'unknown'
        throw new PushRefusedError({ operation: `push ${tag}`, refusal, words }, { cause })
      })
      return parseDigest(pushed.digest)
    },
  }
}
