import type { BuildEngine, ImagePull } from '../../src/build-image/engine.ts'
import { BuildFailedError, type ImageBuild } from '../../src/dockerfile-build/builder.ts'
import type { LocalImage } from '../../src/model/local-image.ts'
import { findBase } from '../../src/dockerfile/find-base.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import type { RunningContainer, TestEngine } from '../../src/integration-test/engine.ts'
import { PullRefusedError } from '../../src/docker/pull-image.ts'
import { digestOf } from '../../src/model/digest.ts'
import { formatReference, type Reference } from '../../src/model/reference.ts'
import { ownerLabel, testContainerName } from '../../src/ownership/test-container.ts'
import { type ImageStore, PushRefusedError } from '../../src/publish/image-store.ts'
import type { EngineContainer, SweepEngine } from '../../src/sweep/engine.ts'
import { amd64 } from './builders.ts'
import type { MemoryRepository } from './memory-repository.ts'

/** A container engine in memory: its builds put one layer on what the Dockerfile is FROM. */
export interface MemoryEngine extends BuildEngine, TestEngine, ImageStore, SweepEngine {
  /** Makes an image pullable under a reference with its digest. */
  offer(reference: Reference, image: LocalImage): void
  /** Puts an image into the engine's store. */
  add(name: string, image: LocalImage): void
  /** Makes an archive file that holds an image. */
  archive(file: string, name: string, image: LocalImage): void
  /** The local names that there are. */
  readonly names: readonly string[]
  /** What was asked for, oldest first. */
  readonly builds: readonly ImageBuild[]
  readonly pulls: readonly ImagePull[]
  /** How many containers there are. */
  readonly containers: number
}

export interface MemoryEngineOptions {
  /** Where pushes go. */
  readonly repository?: MemoryRepository
  /** That it says it has. */
  readonly version?: string
  /** The step at which each build fails. */
  readonly failingStep?: string
  /** Builds on this, whatever the Dockerfile says, as a builder with a mind of its own would. */
  readonly strayBase?: LocalImage
  /** What starts in place of a container. */
  readonly container?: Omit<RunningContainer, 'remove'> | undefined
}

export function memoryEngine(options: MemoryEngineOptions = {}): MemoryEngine {
  const offered = new Map<string, LocalImage>()
  const images = new Map<string, LocalImage>()
  const archives = new Map<string, { name: string; image: LocalImage }>()
  const builds: ImageBuild[] = []
  const pulls: ImagePull[] = []
  const containers = new Map<string, EngineContainer>()
  let started = 0

  function baseOf({ dockerfileText, platform, target, buildArguments }: ImageBuild): LocalImage {
    const base = findBase(readDockerfile(parseDockerfile(dockerfileText), { platform, buildArguments }), target)
    if (base.kind === 'scratch') return { ...emptyImage, platform }
    const name = formatReference(base.reference)
    const image = options.strayBase ?? images.get(name) ?? offered.get(name)
    if (image === undefined) throw new BuildFailedError(`FROM ${name}`, 'there is no such image', [])
    return image
  }

  return {
    offer: (reference, image) => offered.set(formatReference(reference), image),
    add: (name, image) => images.set(name, image),
    archive: (file, name, image) => archives.set(file, { name, image }),
    get names() {
      return [...images.keys()]
    },
    get containers() {
      return containers.size
    },
    builds,
    pulls,
    ping: () => Promise.resolve({ version: options.version ?? '28.5.2', platform: amd64 }),
    pull: (request) =>
      promise(() => {
        const { reference, name } = request
        pulls.push(request)
        const image = offered.get(formatReference(reference))
        if (image === undefined) throw pullRefused(reference)
        images.set(name, image)
        return image
      }),
    build: (request) =>
      promise(() => {
        const { dockerfileText, name, labels, onProgress } = request
        const base = baseOf(request)
        builds.push(request)
        onProgress({ kind: 'step', name: `FROM ${base.id}`, seconds: 0.1, cached: true, moved: 0 })
        if (options.failingStep !== undefined) throw new BuildFailedError(options.failingStep, 'exit code 1', ['boom'])
        const image = {
          ...base,
          id: digestOf(`${base.id} ${dockerfileText} ${JSON.stringify(labels)}`),
          labels: { ...base.labels, ...labels },
          layers: [...base.layers, digestOf(dockerfileText)],
        }
        images.set(name, image)
        return image
      }),
    inspect: (name) => Promise.resolve(images.get(name)),
    remove: (name) =>
      promise(() => {
        images.delete(name)
      }),
    run: ({ image, owner }) =>
      promise(() => {
        if (!images.has(image)) throw new Error(`There is no image ${image}.`)
        if (options.container === undefined) throw new Error('The container could not be started.')
        const id = String(++started)
        const mark = owner === undefined ? {} : { name: testContainerName(owner), labels: { [ownerLabel]: owner } }
        containers.set(id, { id, name: id, isRunning: true, labels: {}, ...mark })
        return { ...options.container, remove: () => promise(() => void containers.delete(id)) }
      }),
    list: () =>
      promise(() => ({
        containers: [...containers.values()],
        images: [...images.keys()].map((name) => ({ names: [name], digests: [] })),
      })),
    removeContainer: (id) => promise(() => void containers.delete(id)),
    load: (file) =>
      promise(() => {
        const archive = archives.get(file)
        if (archive === undefined) throw new Error(`There is no archive ${file}.`)
        images.set(archive.name, archive.image)
        return [archive.name]
      }),
    push: ({ name, target, onProgress }) =>
      promise(() => {
        const image = images.get(name)
        const { repository } = options
        if (image === undefined || repository === undefined || target.tag === undefined) throw new Error('Cannot push.')
        onProgress?.({ sent: 500, total: 1000 })
        if (repository.isTaken(target.tag)) {
          throw new PushRefusedError({
            operation: `push ${target.tag}`,
            refusal: 'tag-frozen',
            words: 'the tag is immutable',
          })
        }
        try {
          return repository.push(target.tag, image)
        } catch (cause) {
          throw new PushRefusedError(
            { operation: `push ${target.tag}`, refusal: 'no-repository', words: String(cause) },
            { cause },
          )
        }
      }),
  }
}

function pullRefused(reference: Reference): PullRefusedError {
  const operation = `pull ${formatReference(reference)}`
  return new PullRefusedError({ operation, registry: reference.registry, words: 'it is not there' }, {})
}

/** What a Dockerfile FROM scratch begins with. */
const emptyImage = {
  id: digestOf('scratch'),
  labels: {},
  environment: {},
  user: '',
  ports: [],
  layers: [],
  size: 0,
} satisfies Partial<LocalImage>

function promise<T>(make: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(make())
  })
}
