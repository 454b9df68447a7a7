import type { Log } from '../model/log.ts'
import type { ImageStore } from './image-store.ts'
import type { ReadableRepository, Repository } from './repository.ts'

/** What looking at a repository asks of the outside. */
export interface ReadPorts {
  readonly repository: ReadableRepository
  readonly log: Log
}

/** What moving tags asks of the outside. */
export interface TagPorts {
  readonly repository: Repository
  readonly log: Log
}

/** What a publish asks of the outside. */
export interface PublishPorts extends TagPorts {
  readonly store: ImageStore
  /** Lets some time pass; milliseconds. */
  readonly pause: (duration: number) => Promise<void>
}
