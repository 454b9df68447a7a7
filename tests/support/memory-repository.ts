import type { Releases } from '../../src/check/releases.ts'
import { type Digest, digestOf } from '../../src/model/digest.ts'
import type { ImageConfig } from '../../src/model/image-config.ts'
import { ImmutableTagError, type Repository } from '../../src/publish/repository.ts'

/** A repository of platform images in memory, with what ECR does to tags. */
export interface MemoryRepository extends Repository, Releases {
  /** Stores an image under a tag, as a push does, and gives its digest. */
  push(tag: string, image?: Partial<ImageConfig>): Digest
  /** What a check asked for, oldest first. */
  readonly asked: readonly (keyof Releases)[]
  /** Where each tag stands, in the order in which they moved last. */
  readonly tagged: ReadonlyMap<string, Digest>
}

export interface MemoryRepositoryOptions {
  /** False: it has to be created first. */
  readonly exists?: boolean
  /** Tags that can be set once only. */
  readonly immutable?: (tag: string) => boolean
}

export const memoryUri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet'

export function memoryRepository(options: MemoryRepositoryOptions = {}): MemoryRepository {
  let exists = options.exists ?? true
  let immutable = options.immutable ?? (() => false)
  const images = new Map<Digest, { config: ImageConfig; pushedAt: Date }>()
  const tagged = new Map<string, Digest>()
  const asked: (keyof Releases)[] = []

  function set(tag: string, digest: Digest): void {
    if (immutable(tag) && tagged.has(tag)) throw new ImmutableTagError(tag)
    tagged.delete(tag)
    tagged.set(tag, digest)
  }

  function find(digest: Digest) {
    const image = images.get(digest)
    if (image === undefined) throw new Error(`${digest} is not in the repository.`)
    return image
  }

  return {
    tagged,
    asked,
    push(tag, { labels = {}, environment = {}, layers = [], history = [] } = {}) {
      if (!exists) throw new Error('The repository does not exist.')
      const config = { labels, environment, layers, history }
      const digest = digestOf(JSON.stringify(config))
      set(tag, digest)
      const pushedAt = new Date(Date.UTC(2026, 10, 23, 12, images.size))
      if (!images.has(digest)) images.set(digest, { config, pushedAt })
      return digest
    },
    describe: () => Promise.resolve(exists ? { uri: memoryUri } : undefined),
    create({ immutableTags }) {
      if (!exists) {
        const pattern = new RegExp(`^${immutableTags.replaceAll('.', String.raw`\.`).replaceAll('*', '.*')}$`)
        immutable = (tag) => pattern.test(tag)
      }
      exists = true
      return Promise.resolve({ uri: memoryUri })
    },
    tags: () => Promise.resolve(exists ? new Map(tagged) : undefined),
    list() {
      asked.push('list')
      const pushedAt = new Map([...images].map(([digest, image]) => [digest, image.pushedAt]))
      return Promise.resolve(exists ? { tags: new Map(tagged), pushedAt } : undefined)
    },
    isFrozen(tag) {
      asked.push('isFrozen')
      return Promise.resolve(immutable(tag))
    },
    readConfig(digest) {
      asked.push('readConfig')
      return promise(() => find(digest).config)
    },
    pushedAt: (digest) => promise(() => find(digest).pushedAt),
    credentials: () => Promise.resolve({ username: 'AWS', password: 'secret' }),
    pointTag: (tag, digest) =>
      promise(() => {
        find(digest)
        if (tagged.get(tag) === digest) return 'unchanged'
        set(tag, digest)
        return 'moved'
      }),
  }
}

function promise<T>(make: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(make())
  })
}
