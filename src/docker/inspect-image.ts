import * as v from 'valibot'
import { parseEnvironment } from '../model/image-config.ts'
import type { LocalImage } from '../model/local-image.ts'
import { parseReference } from '../model/reference.ts'
import { againWhere } from './connection/again-where.ts'
import { type Connection, EngineAnswerError, EngineError, parseAnswer, slowly } from './connection/connection.ts'

const texts = v.nullish(v.array(v.string()), [])

/** What is read of `GET /images/{name}/json`. Engines differ in leaving out what is empty. */
const imageDescription = v.object({
  Id: v.string(),
  RepoTags: texts,
  Os: v.string(),
  Architecture: v.string(),
  Variant: v.optional(v.string(), ''),
  Size: v.number(),
  RootFS: v.object({ Layers: texts }),
  Config: v.nullish(
    v.object({
      Labels: v.nullish(v.record(v.string(), v.string()), {}),
      Env: texts,
      User: v.optional(v.string(), ''),
      ExposedPorts: v.nullish(v.record(v.string(), v.unknown()), {}),
    }),
  ),
})

/** The image of this local name, or undefined where the engine has none. */
export async function inspectImage(name: string, connection: Connection): Promise<LocalImage | undefined> {
  const description = await describe(name, connection)
  return description && toLocalImage(description)
}

/** All names with a tag that the image of this name has; undefined where the engine has none. */
export async function namesOf(name: string, connection: Connection): Promise<readonly string[] | undefined> {
  return (await describe(name, connection))?.RepoTags
}

async function describe(
  name: string,
  connection: Connection,
): Promise<v.InferOutput<typeof imageDescription> | undefined> {
  try {
    const attempt = `inspect the image ${name}`
    const answer = await connection.ask(attempt, (docker) => docker.getImage(name).inspect())
    return parseAnswer(imageDescription, answer, attempt)
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined
    throw error
  }
}

/** The image that the engine has just made or fetched under this name; throws an Error where it is gone already. */
export async function inspectNewImage(name: string, connection: Connection): Promise<LocalImage> {
  const image = await inspectImage(name, connection)
  if (image === undefined)
    throw new EngineAnswerError(`inspect the image ${name}`, 'it is gone, though the engine has just stored it')
  return image
}

/** Gives an image one more local name. */
export async function tagImage(image: string, name: string, connection: Connection): Promise<void> {
  const { registry, repository, tag } = parseReference(name)
  const options = { repo: `${registry}/${repository}`, ...(tag !== undefined && { tag }) }
  await againWhere(isTaggedMeanwhile, () =>
    connection.ask(`tag ${image} as ${name}`, (docker) => docker.getImage(image).tag(options)),
  )
}

/** An engine with containerd's store stumbles where two give the same name at once. */
function isTaggedMeanwhile(error: unknown): boolean {
  return error instanceof EngineError && /already ?exists/i.test(error.words)
}

/** Removes a local name, and the image with its last name. An absent one is no error. */
export async function removeImage(name: string, connection: Connection): Promise<void> {
  try {
    await connection.ask(`remove the image ${name}`, (docker) => docker.getImage(name).remove(), slowly)
  } catch (error) {
    if (!(error instanceof EngineError && error.status === 404)) throw error
  }
}

function toLocalImage(description: v.InferOutput<typeof imageDescription>): LocalImage {
  const { Id, Os, Architecture, Variant, Size, RootFS, Config } = description
  return {
    id: Id,
    platform: { os: Os, architecture: Architecture, ...(Variant !== '' && { variant: Variant }) },
    labels: Config?.Labels ?? {},
    environment: parseEnvironment(Config?.Env ?? []),
    user: Config?.User ?? '',
    ports: Object.keys(Config?.ExposedPorts ?? {}),
    layers: RootFS.Layers,
    size: Size,
  }
}
