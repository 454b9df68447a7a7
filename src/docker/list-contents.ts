import type Docker from 'dockerode'
import * as v from 'valibot'
import type { EngineContents } from '../sweep/engine.ts'
import { againWhere } from './connection/again-where.ts'
import { absentOrGone, type Connection, EngineError, parseAnswer, slowly } from './connection/connection.ts'

const texts = v.nullish(v.array(v.string()), [])

/** What is read of `GET /images/json` and `GET /containers/json`. */
const images = v.array(v.object({ RepoTags: texts, RepoDigests: texts }))
const containers = v.array(
  v.object({
    Id: v.string(),
    Names: texts,
    State: v.string(),
    Labels: v.nullish(v.record(v.string(), v.string()), {}),
  }),
)

/** All containers, also those that ended, and all images with a name. */
export async function listEngineContents(connection: Connection): Promise<EngineContents> {
  const attempt = 'list what the engine holds'
  const heldContainers = await connection.ask(attempt, (docker) => docker.listContainers({ all: true }))
  const heldImages = await againWhere(isRemovedMeanwhile, () =>
    connection.ask(attempt, (docker) => docker.listImages({ digests: true })),
  )
  return {
    containers: parseAnswer(containers, heldContainers, attempt).map(({ Id, Names, State, Labels }) => ({
      id: Id,
      // The engine's own name comes first where another container links to it.
      name: (Names.find((name) => name.lastIndexOf('/') === 0) ?? '').slice(1),
      isRunning: State === 'running' || State === 'paused' || State === 'restarting',
      labels: Labels,
    })),
    images: parseAnswer(images, heldImages, attempt).map(({ RepoTags, RepoDigests }) => {
      // With containerd's store, every name by digest is among the tags, and the digests are made from one name alone.
      const [digests, names] = [RepoTags.filter(isByDigest), RepoTags.filter((name) => !isByDigest(name))]
      return { names: named(names), digests: [...new Set(named([...RepoDigests, ...digests]))] }
    }),
  }
}

function named(names: readonly string[]): string[] {
  return names.filter((name) => !name.includes('<none>'))
}

function isByDigest(name: string): boolean {
  return name.includes('@')
}

/** An engine with containerd's store stumbles in its list where another step removes an image just then. */
function isRemovedMeanwhile(error: unknown): boolean {
  return error instanceof EngineError && /not ?found|no such/i.test(error.words)
}

/** Kills and removes a container with its anonymous volumes. An absent one is no error. */
export async function removeContainer(id: string, connection: Connection): Promise<void> {
  try {
    const work = (docker: Docker) => docker.getContainer(id).remove({ force: true, v: true })
    await connection.ask('remove the container', work, slowly)
  } catch (error) {
    if (!absentOrGone(error)) throw error
  }
}
