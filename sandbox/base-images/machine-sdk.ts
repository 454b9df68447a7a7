import { dirname } from 'node:path'
import { compare } from 'semver'
import { runCommand } from './run-command.ts'

/** A .NET SDK on this machine. */
export interface Sdk {
  /** `10.0.401` */
  readonly version: string
  /** The folder with the `dotnet` command in it. */
  readonly folder: string
}

/** Finds the newest SDK of a major version. */
export async function findMachineSdk(major: number): Promise<Sdk> {
  const sdks = parseSdkList(await runCommand('dotnet', ['--list-sdks']))
  const newest = sdks
    .filter(({ version }) => version.startsWith(`${String(major)}.`))
    .sort((a, b) => compare(a.version, b.version))
    .at(-1)
  if (newest === undefined)
    throw new Error(`There is no .NET SDK ${String(major)} on this machine. Run: node sandbox/setup.mjs`)
  return newest
}

/** Reads lines such as `10.0.401 [/usr/share/dotnet/sdk]`. */
export function parseSdkList(output: string): readonly Sdk[] {
  return [...output.matchAll(/^(\S+) \[(.+)\]$/gm)].map(([, version = '', sdks = '']) => ({
    version,
    folder: dirname(sdks),
  }))
}
