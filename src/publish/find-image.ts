import { recordedReleaseLine } from '../model/build-record.ts'
import { invalidInput } from '../model/invalid-input.ts'
import type { LocalImage } from '../model/local-image.ts'
import type { Log } from '../model/log.ts'
import { formatReleaseLine, type ReleaseLine } from '../model/release-line.ts'
import { isLocalName } from '../ownership/local-name.ts'
import type { ImageStore } from './image-store.ts'

/** Which image is to be published. */
export interface ImageWish {
  readonly releaseLine: ReleaseLine
  /** Local name of the image. */
  readonly image: string
  /** File to load it from where the engine does not have it. */
  readonly imageArchive?: string
}

/** The engine, as far as an image is only looked at or loaded. */
type Shelf = Pick<ImageStore, 'inspect' | 'load'>

/** Finds the image in the engine, or loads it; throws InvalidInput where it is not there, or of another release line. */
export async function findImage(
  request: ImageWish,
  { store, log }: { readonly store: Shelf; readonly log: Log },
): Promise<LocalImage> {
  const { image: name, releaseLine } = request
  const image = (await store.inspect(name)) ?? (await loadImage(request, store, log))
  const madeFor = recordedReleaseLine(image.labels)
  if (isLocalName(name) && madeFor !== undefined && madeFor !== formatReleaseLine(releaseLine)) {
    const reason = `was built for ${madeFor}, not for ${formatReleaseLine(releaseLine)}`
    throw invalidInput('image', reason, 'Check "repositoryName" and "tagPrefix"')
  }
  return image
}

async function loadImage({ image: name, imageArchive }: ImageWish, store: Shelf, log: Log): Promise<LocalImage> {
  if (imageArchive === undefined) {
    throw invalidInput(
      'image',
      `is "${name}", which is not in this agent's engine`,
      'Build and publish in one job, or hand the image over by "imageArchive"',
    )
  }
  const loaded = await store.load(imageArchive, name)
  log.info(`Loaded ${loaded.length === 0 ? 'nothing with a name' : loaded.join(', ')} from ${imageArchive}`)
  const image = await store.inspect(name)
  if (image !== undefined) return image
  const found = loaded.length === 0 ? 'no image with a name' : `${loaded.join(', ')}, but not ${name}`
  throw invalidInput(
    'imageArchive',
    `names ${imageArchive}, which holds ${found}`,
    'Give the archive that BuildTest wrote with that image',
  )
}
