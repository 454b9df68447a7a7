import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RegistryProcess } from '../registry-process.ts'
import { buildImages, chiseledVersionTag, otherPlatformTag, runtimeRepositories } from './build-images.ts'
import { findMachineSdk, type Sdk } from './machine-sdk.ts'
import { copyTag, hasTag } from './registry-writer.ts'

/** Two servicing versions of .NET that NuGet serves as runtime packs, older first. */
export const servicingVersions = ['10.0.13', '10.0.14'] as const
export type ServicingVersion = (typeof servicingVersions)[number]

/** A release of .NET with a single version: its tags stay where they are. */
export const nextRelease = { version: '11.0.0', tags: ['11.0', '11.0-resolute'] } as const

/** The tag of the image of `dotnet/aspnet` without a shell. It moves with the others. */
export const chiseledTag = '10.0-noble-chiseled'

/** The tags of `dotnet/runtime-deps`, `dotnet/runtime` and `dotnet/aspnet` that move with every servicing release. */
export const movingTags = ['10.0', '10.0-noble'] as const

/** The registry that plays mcr.microsoft.com. */
export interface BaseImages {
  /** `localhost:<port>` */
  readonly host: string
  /** Does what Microsoft does on a servicing release: lets all moving tags point to this version. */
  moveTags(version: ServicingVersion): Promise<void>
  /** Rebuilds linux/arm64 alone: the moving tags get another index, in which linux/amd64 is what it was. */
  moveOtherPlatform(): Promise<void>
}

export interface PrepareOptions {
  /** Where it is noted what the registry's images were made from. */
  readonly folder: string
  readonly registry: RegistryProcess
  /** Takes a line for whoever waits. */
  readonly write: (line: string) => void
}

/**
 * Fills the registry with stand-ins of Microsoft's images, unless they are there already, and puts the moving tags on
 * the older version. Making them takes about a minute and needs root, debootstrap, the .NET SDK and NuGet.
 */
export async function prepareBaseImages({ folder, registry, write }: PrepareOptions): Promise<BaseImages> {
  const { host } = registry
  const sdk = await findMachineSdk(10)
  const recipe = await recipeDigest(sdk)
  const versions = [...servicingVersions, nextRelease.version]
  const note = join(folder, 'recipe')
  if ((await readFile(note, 'utf8').catch(() => '')) !== recipe || !(await hasImages(host, sdk))) {
    const start = Date.now()
    write(`Making the base images: .NET ${versions.join(', ')}, SDK ${sdk.version}`)
    await rm(note, { force: true })
    await buildImages({ versions, sdk, host, workFolder: join(folder, 'work') })
    await mkdir(folder, { recursive: true })
    await writeFile(note, recipe)
    write(`Made the base images in ${((Date.now() - start) / 1000).toFixed(1)} s`)
  }

  await copyTag({ host, name: 'dotnet/sdk' }, sdk.version, movingTags)
  for (const name of runtimeRepositories) await copyTag({ host, name }, nextRelease.version, nextRelease.tags)
  let current: ServicingVersion = servicingVersions[0]
  const pointTags = async (tag: string) => {
    for (const name of runtimeRepositories) await copyTag({ host, name }, tag, movingTags)
  }
  const pointChiseledTag = (version: ServicingVersion) =>
    copyTag({ host, name: 'dotnet/aspnet' }, chiseledVersionTag(version), [chiseledTag])
  await pointTags(current)
  await pointChiseledTag(current)
  return {
    host,
    async moveTags(version) {
      current = version
      await pointTags(version)
      await pointChiseledTag(version)
    },
    async moveOtherPlatform() {
      await pointTags(otherPlatformTag(current))
    },
  }
}

async function hasImages(host: string, sdk: Sdk): Promise<boolean> {
  const versions = [...servicingVersions, nextRelease.version]
  const runtimes = runtimeRepositories.flatMap((name) => versions.map((tag) => hasTag({ host, name }, tag)))
  const chiseled = servicingVersions.map((version) =>
    hasTag({ host, name: 'dotnet/aspnet' }, chiseledVersionTag(version)),
  )
  const present = await Promise.all([...runtimes, ...chiseled, hasTag({ host, name: 'dotnet/sdk' }, sdk.version)])
  return present.every(Boolean)
}

/** Changes with everything that the images depend on, this folder's code included. */
async function recipeDigest(sdk: Sdk): Promise<string> {
  const code = fileURLToPath(new URL('.', import.meta.url))
  const hash = createHash('sha256').update(JSON.stringify([servicingVersions, nextRelease, sdk]))
  for (const file of (await readdir(code)).filter((name) => name.endsWith('.ts')).sort()) {
    hash.update(await readFile(join(code, file)))
  }
  return hash.digest('hex')
}
