import { cp, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayerStep } from './image.ts'
import type { Sdk } from './machine-sdk.ts'
import { uploadLayer, type Repository } from './registry-writer.ts'
import { restoreRuntimePacks, runtimePacks } from './runtime-packs.ts'

/** The layers that one version of .NET adds to the operating system. */
export interface RuntimeLayers {
  readonly version: string
  readonly runtime: LayerStep
  readonly aspnet: LayerStep
}

/** Parts of the SDK that building a C# application does not need, a quarter of it; every first pull would wait for them. */
const sdkExcludes = ['FSharp', 'DotnetTools', 'TestHostNetFramework'].map((part) => `--exclude=sdk/*/${part}`)

/** Owned by root, readable by all, of one time: the same files are the same layer, stored once. */
const reproducible = ['--owner=0', '--group=0', '--mode=u=rwX,go=rX', '--mtime=@0']

/**
 * Uploads the runtime and ASP.NET Core of each version, fetched from NuGet. The `dotnet` command is that of the SDK:
 * all it does is to look for the runtimes beside it.
 */
export async function uploadRuntimeLayers(
  repository: Repository,
  folder: string,
  { versions, sdk }: { readonly versions: readonly string[]; readonly sdk: Sdk },
): Promise<readonly RuntimeLayers[]> {
  await restoreRuntimePacks(folder, versions)
  const uploads = versions.map(async (version) => {
    const packs = runtimePacks(folder, version)
    const runtime = join(folder, `runtime-${version}`)
    const framework = join(runtime, 'shared', 'Microsoft.NETCore.App', version)
    const resolver = join(runtime, 'host', 'fxr', version, 'libhostfxr.so')
    await cp(packs.runtime.managed, framework, { recursive: true })
    await cp(packs.runtime.native, framework, { recursive: true })
    await cp(join(framework, 'libhostfxr.so'), resolver)
    await rm(join(framework, 'libhostfxr.so'))
    await cp(join(sdk.folder, 'dotnet'), join(runtime, 'dotnet'))

    const aspnet = join(folder, `aspnet-${version}`)
    await cp(packs.aspnet, join(aspnet, 'shared', 'Microsoft.AspNetCore.App', version), { recursive: true })
    return {
      version,
      runtime: await uploadDotnetFolder(repository, runtime, ['.']),
      aspnet: await uploadDotnetFolder(repository, aspnet, ['.']),
    }
  })
  return Promise.all(uploads)
}

/** Uploads the machine's SDK, with the runtime that came with it. */
export async function uploadSdkLayer(repository: Repository, { folder, version }: Sdk): Promise<LayerStep> {
  const parts = ['dotnet', 'host', 'packs', 'sdk-manifests', 'shared', join('sdk', version)]
  return uploadDotnetFolder(repository, folder, [...sdkExcludes, ...parts])
}

/** Uploads the link that puts `dotnet` on the `PATH`. */
export async function uploadLinkLayer(repository: Repository, folder: string): Promise<LayerStep> {
  await mkdir(join(folder, 'usr', 'bin'), { recursive: true })
  await symlink('/usr/share/dotnet/dotnet', join(folder, 'usr', 'bin', 'dotnet'))
  const layer = await uploadLayer(repository, [...reproducible, '--directory', folder, 'usr/bin/dotnet'])
  return { kind: 'layer', createdBy: 'RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet', layer }
}

/** A layer that has these parts of a folder in `/usr/share/dotnet`. */
async function uploadDotnetFolder(
  repository: Repository,
  folder: string,
  parts: readonly string[],
): Promise<LayerStep> {
  const place = '--transform=s,^,usr/share/dotnet/,rSh'
  const layer = await uploadLayer(repository, [...reproducible, place, '--directory', folder, ...parts])
  return { kind: 'layer', createdBy: 'COPY /dotnet /usr/share/dotnet', layer }
}
