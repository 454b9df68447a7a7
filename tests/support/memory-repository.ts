import type { Releases } from '../../src/check/releases.ts'
import { type Digest, digestOf } from '../../src/model/digest.ts'
import type { ImageConfig } from '../../src/model/image-config.ts'
import { freezingFilter, keepsTag, type TagSettings } from '../../src/model/tag-settings.ts'
import { ImmutableTagError, type Repository } from '../../src/publish/repository.ts'

/** A repository of platform images in memory, with what ECR does to tags. */
export interface MemoryRepository extends Repository, Releases {
  /** Stores an image under a tag, as a push does, and gives its digest. */
  push(tag: string, image?: Partial<ImageConfig>): Digest
  /** What a check asked for, oldest first. */
  readonly asked: readonly (keyof Releases)[]
  /** Whether an image is there already under this tag, and the settings keep it. */
  isTaken(tag: string): boolean
  /** Where each tag stands, in the order in which they moved last. */
  readonly tagged: ReadonlyMap<string, Digest>
}

export interface MemoryRepositoryOptions {
  /** False: it has to be created first. */
  readonly exists?: boolean
  /** Which tags can be set once only; none if left out. */
  readonly tagSettings?: TagSettings
  /** True: the first push creates it, as a template of the registry says. */
  readonly createsOnPush?: boolean
  /** False: it does not know exceptions from mutability, as some regions of ECR. */
  readonly knowsExceptions?: boolean
}

export const memoryUri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet'

export function memoryRepository(options: MemoryRepositoryOptions = {}): MemoryRepository {
  let exists = options.exists ?? true
  let tagSettings: TagSettings = options.tagSettings ?? { tags: 'movable', exceptions: [] }
  const images = new Map<Digest, { config: ImageConfig; pushedAt: Date }>()
  const tagged = new Map<string, Digest>()
  const asked: (keyof Releases)[] = []

  const details = () => ({ uri: memoryUri, tagSettings })
  const isTaken = (tag: string) => keepsTag(tagSettings, tag) && tagged.has(tag)

  function set(tag: string, digest: Digest): void {
    if (isTaken(tag)) throw new ImmutableTagError(tag)
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
      if (!exists && options.createsOnPush !== true) throw new Error('The repository does not exist.')
      exists = true
      const config = { labels, environment, layers, history }
      const digest = digestOf(JSON.stringify(config))
      set(tag, digest)
      const pushedAt = new Date(Date.UTC(2026, 10, 23, 12, images.size))
      if (!images.has(digest)) images.set(digest, { config, pushedAt })
      return digest
    },
    isTaken,
    describe: () => Promise.resolve(exists ? details() : undefined),
    create(settings) {
      const isNew = !exists
      if (isNew && options.knowsExceptions !== false) tagSettings = settings.tagSettings
      exists = true
      return Promise.resolve({ details: details(), isNew })
    },
    expectedUri: () => Promise.resolve(memoryUri),
    tags: () => Promise.resolve(exists ? new Map(tagged) : undefined),
    list() {
      asked.push('list')
      const pushedAt = new Map([...images].map(([digest, image]) => [digest, image.pushedAt]))
      return Promise.resolve(exists ? { tags: new Map(tagged), pushedAt } : undefined)
    },
    isFrozen(tag) {
      asked.push('isFrozen')
      return Promise.resolve(exists && keepsTag(tagSettings, tag))
    },
    freezingFilter(tag) {
      asked.push('freezingFilter')
      return Promise.resolve(exists ? freezingFilter(tagSettings, tag) : undefined)
    },
    readConfig(digest) {
      asked.push('readConfig')
      return promise(() => find(digest).config)
    },
    readConfigDigest: (digest) => promise(() => digestOf(JSON.stringify(find(digest).config))),
    describeImage: (digest) => promise(() => ({ pushedAt: find(digest).pushedAt, size: 1000 })),
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
