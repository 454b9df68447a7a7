import { mediaTypes, mountLayer, putConfig, putManifest, type Layer, type Repository } from './registry-writer.ts'

/** An instruction of a Dockerfile that adds files. */
export interface LayerStep {
  readonly kind: 'layer'
  /** The instruction, as the image's history shows it. */
  readonly createdBy: string
  readonly layer: Layer
}

/** An `ENV` instruction. */
export interface EnvironmentStep {
  readonly kind: 'environment'
  readonly variables: Readonly<Record<string, string>>
}

/** An instruction that changes how containers run, and no file. */
export interface SettingStep {
  readonly kind: 'setting'
  readonly createdBy: string
  readonly setting: { readonly User?: string; readonly Cmd?: readonly string[] }
}

/** An image is what its steps make of nothing; one built on another begins with the other's steps. */
export type Image = readonly (LayerStep | EnvironmentStep | SettingStep)[]

/** What a manifest is for. */
interface Platform {
  readonly os: 'linux'
  readonly architecture: 'amd64' | 'arm64'
  readonly variant?: 'v8'
}

const amd64: Platform = { os: 'linux', architecture: 'amd64' }
const arm64: Platform = { os: 'linux', architecture: 'arm64', variant: 'v8' }

/**
 * Uploads an image as an index of linux/amd64 and linux/arm64/v8 and tags it. The second has the layers of the first:
 * it is there to be listed and to be told apart, not to be run.
 */
export async function putIndex(
  repository: Repository,
  image: Image,
  tag: string,
  created: { readonly amd64: Date; readonly arm64: Date },
): Promise<void> {
  for (const { layer } of layerSteps(image)) await mountLayer(repository, layer)
  const manifests = [
    await putPlatformImage(repository, image, amd64, created.amd64),
    await putPlatformImage(repository, image, arm64, created.arm64),
  ]
  await putManifest(repository, { mediaType: mediaTypes.index, manifests }, tag)
}

async function putPlatformImage(repository: Repository, image: Image, platform: Platform, created: Date) {
  const config = await putConfig(repository, imageConfig(image, platform, created))
  const layers = layerSteps(image).map(({ layer: { mediaType, digest, size } }) => ({ mediaType, digest, size }))
  const manifest = { mediaType: mediaTypes.manifest, config, layers }
  return { ...(await putManifest(repository, manifest)), platform }
}

/** https://github.com/moby/docker-image-spec/blob/main/spec.md */
function imageConfig(image: Image, platform: Platform, date: Date): unknown {
  const created = date.toISOString()
  return {
    ...platform,
    created,
    config: { User: '', Env: environmentOf(image), WorkingDir: '/', ...settingsOf(image) },
    rootfs: { type: 'layers', diff_ids: layerSteps(image).map(({ layer }) => layer.diffId) },
    history: image.map((step) => ({
      created,
      created_by: step.kind === 'environment' ? `ENV ${assignments(step.variables).join(' ')}` : step.createdBy,
      ...(step.kind !== 'layer' && { empty_layer: true }),
    })),
  }
}

function settingsOf(image: Image): SettingStep['setting'] {
  return Object.assign(
    {},
    ...image.map((step) => (step.kind === 'setting' ? step.setting : {})),
  ) as SettingStep['setting']
}

function environmentOf(image: Image): readonly string[] {
  const variables = image.map((step) => (step.kind === 'environment' ? step.variables : {}))
  return assignments(Object.assign({}, ...variables) as Record<string, string>)
}

function assignments(variables: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`)
}

function layerSteps(image: Image) {
  return image.filter((step) => step.kind === 'layer')
}
