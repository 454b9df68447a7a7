import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { uploadLinkLayer, uploadRuntimeLayers, uploadSdkLayer } from './dotnet-layers.ts'
import { putIndex, type EnvironmentStep, type Image } from './image.ts'
import type { Sdk } from './machine-sdk.ts'
import { uploadLayer, type Repository } from './registry-writer.ts'
import { addUser, chiseledLayer, makeRootFileSystem, rootFileSystemLayer } from './root-file-system.ts'

/** What the images are made of, and where they go. */
export interface BuildRequest {
  /** Versions of the .NET runtime: each becomes one set of images. */
  readonly versions: readonly string[]
  readonly sdk: Sdk
  /** `localhost:<port>` of the registry. */
  readonly host: string
  /** Folder for what is only needed meanwhile. */
  readonly workFolder: string
}

/** The repositories whose tags move together when Microsoft services .NET. */
export const runtimeRepositories = ['dotnet/runtime-deps', 'dotnet/runtime', 'dotnet/aspnet'] as const

/** The tag beside a version's own, with the same linux/amd64 image and another one for linux/arm64. */
export function otherPlatformTag(version: string): string {
  return `${version}-arm64-rebuilt`
}

/** The tag of a version's image without a shell. */
export function chiseledVersionTag(version: string): string {
  return `${version}-noble-chiseled`
}

/** Makes the images and uploads each under its version, such as `dotnet/aspnet:10.0.13`, as an index of two platforms. */
export async function buildImages({ versions, sdk, host, workFolder }: BuildRequest): Promise<void> {
  await rm(workFolder, { recursive: true, force: true })
  await mkdir(workFolder, { recursive: true })
  const at = (name: (typeof runtimeRepositories)[number] | 'dotnet/sdk'): Repository => ({ host, name })

  const [{ runtimeDeps, chiseledDeps }, runtimes, sdkFiles, link] = await Promise.all([
    buildSystems(at('dotnet/runtime-deps'), join(workFolder, 'rootfs')),
    uploadRuntimeLayers(at('dotnet/aspnet'), join(workFolder, 'packs'), { versions, sdk }),
    uploadSdkLayer(at('dotnet/sdk'), sdk),
    uploadLinkLayer(at('dotnet/sdk'), join(workFolder, 'link')),
  ])
  // One time for all, so that an image's history begins with that of the image it is built on.
  const created = new Date()
  for (const { version, ...files } of runtimes) {
    const runtime = [...runtimeDeps, environment({ DOTNET_VERSION: version }), files.runtime, link]
    const aspnet = [...runtime, environment({ ASPNET_VERSION: version }), files.aspnet]
    await putVersion(at('dotnet/runtime-deps'), runtimeDeps, version, created)
    await putVersion(at('dotnet/runtime'), runtime, version, created)
    await putVersion(at('dotnet/aspnet'), aspnet, version, created)
    const versions = environment({ DOTNET_VERSION: version, ASPNET_VERSION: version })
    const chiseled = [...chiseledDeps, versions, files.runtime, link, files.aspnet]
    await putVersion(at('dotnet/aspnet'), chiseled, chiseledVersionTag(version), created)
  }
  const settings = environment({ DOTNET_SDK_VERSION: sdk.version, DOTNET_NOLOGO: 'true', NUGET_XMLDOC_MODE: 'skip' })
  await putVersion(at('dotnet/sdk'), [...runtimeDeps, settings, sdkFiles, link], sdk.version, created)

  await rm(workFolder, { recursive: true, force: true })
}

/**
 * The operating system with the users of the Ubuntu-based official images: whole, where containers run as neither of
 * them, and without programs, where they run as the second.
 */
async function buildSystems(
  repository: Repository,
  rootFileSystem: string,
): Promise<{ runtimeDeps: Image; chiseledDeps: Image }> {
  await makeRootFileSystem(rootFileSystem)
  await addUser(rootFileSystem, 'ubuntu', 1000)
  const system = await uploadLayer(repository, rootFileSystemLayer(rootFileSystem))
  await addUser(rootFileSystem, 'app', 1654)
  const accounts = ['etc/passwd', 'etc/group', 'etc/shadow', 'etc/gshadow', 'etc/subuid', 'etc/subgid', 'home/app']
  const user = await uploadLayer(repository, ['--directory', rootFileSystem, ...accounts])
  const chiseled = await uploadLayer(repository, chiseledLayer(rootFileSystem))
  const path = environment({ PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' })
  const settings = environment({ APP_UID: '1654', ASPNETCORE_HTTP_PORTS: '8080', DOTNET_RUNNING_IN_CONTAINER: 'true' })
  return {
    runtimeDeps: [
      path,
      { kind: 'layer', createdBy: 'ADD rootfs /', layer: system },
      { kind: 'setting', createdBy: 'CMD ["/bin/bash"]', setting: { Cmd: ['/bin/bash'] } },
      settings,
      { kind: 'layer', createdBy: 'RUN useradd --uid=1654 app', layer: user },
    ],
    chiseledDeps: [
      path,
      { kind: 'layer', createdBy: 'COPY /rootfs /', layer: chiseled },
      settings,
      environment({ DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: 'true' }),
      { kind: 'setting', createdBy: 'USER 1654', setting: { User: '1654' } },
    ],
  }
}

function environment(variables: Readonly<Record<string, string>>): EnvironmentStep {
  return { kind: 'environment', variables }
}

async function putVersion(repository: Repository, image: Image, version: string, created: Date): Promise<void> {
  const later = new Date(created.getTime() + 60_000)
  await putIndex(repository, image, version, { amd64: created, arm64: created })
  await putIndex(repository, image, otherPlatformTag(version), { amd64: created, arm64: later })
}
