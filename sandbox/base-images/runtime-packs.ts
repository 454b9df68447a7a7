import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { major } from 'semver'
import { runCommand } from './run-command.ts'

/** Where the files of one version of the .NET runtime are. */
export interface RuntimePacks {
  /** `Microsoft.NETCore.App`: managed and native files in two folders. */
  readonly runtime: { readonly managed: string; readonly native: string }
  /** `Microsoft.AspNetCore.App` has managed files only. */
  readonly aspnet: string
}

const runtimePack = 'Microsoft.NETCore.App.Runtime.linux-x64'
const aspnetPack = 'Microsoft.AspNetCore.App.Runtime.linux-x64'

/** Fetches whole .NET runtimes of these versions from the NuGet feed that the machine is configured with. */
export async function restoreRuntimePacks(folder: string, versions: readonly string[]): Promise<void> {
  const exactly = versions.map((version) => `[${version}]`).join(';')
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'packs.csproj'),
    `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="${runtimePack};${aspnetPack}" Version="${exactly}" />
  </ItemGroup>
</Project>
`,
  )
  try {
    await runCommand('dotnet', ['restore', join(folder, 'packs.csproj'), '--packages', folder])
  } catch (cause) {
    throw new Error(
      `Cannot fetch .NET ${versions.join(', ')} from NuGet. If a version is no longer served, set one that is ` +
        `in sandbox/base-images/base-images.ts. ${String(cause)}`,
      { cause },
    )
  }
}

/** The files of one version in the folder that was restored to. */
export function runtimePacks(folder: string, version: string): RuntimePacks {
  const files = (pack: string) => join(folder, pack.toLowerCase(), version, 'runtimes', 'linux-x64')
  const library = join('lib', `net${String(major(version))}.0`)
  return {
    runtime: { managed: join(files(runtimePack), library), native: join(files(runtimePack), 'native') },
    aspnet: join(files(aspnetPack), library),
  }
}
