import { parseArgs } from 'node:util'
import { v5 } from 'uuid'

/** Under which name and version an extension is packaged. */
export interface Identity {
  /** Id of the publisher in the marketplace. */
  readonly publisher: string
  /** Such as `1.2.3`. */
  readonly version: string
  /** With ids and names of its own, so that it can be installed beside the real one. */
  readonly isDevelopment: boolean
}

/** What a person has to correct before anything is packaged. */
export class PackagingError extends Error {}

export interface ExtensionManifest {
  readonly id: string
  readonly name: string
  readonly publisher: string
  readonly files: readonly { readonly path: string }[]
  readonly contributions: readonly {
    readonly type: string
    readonly properties: { readonly name: string; readonly displayName?: string }
  }[]
}

export interface TaskManifest {
  readonly id: string
  readonly name: string
  readonly friendlyName: string
  readonly helpMarkDown: string
  readonly inputs: readonly { readonly type: string }[]
}

const helpLink = 'https://marketplace.visualstudio.com/items?itemName='
const endpointType = 'ms.vss-endpoint.service-endpoint-type'

/**
 * Reads `--publisher acme --version 1.2.3 --development`; each may be left out.
 *
 * @throws {PackagingError} for an unknown option, and for what the marketplace would refuse.
 */
export function parseIdentity(args: readonly string[], defaults: Omit<Identity, 'isDevelopment'>): Identity {
  const { publisher, version, development } = parseOptions(args)
  const identity = {
    publisher: publisher ?? defaults.publisher,
    version: version ?? defaults.version,
    isDevelopment: development ?? false,
  }
  if (!/^[a-z\d][a-z\d-]*$/i.test(identity.publisher)) {
    throw new PackagingError(
      `The publisher "${identity.publisher}" is not an id of the marketplace: use letters, digits and hyphens.`,
    )
  }
  if (!/^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}$/.test(identity.version)) {
    throw new PackagingError(`The version "${identity.version}" is not of the form 1.2.3.`)
  }
  return identity
}

function parseOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        publisher: { type: 'string' },
        version: { type: 'string' },
        development: { type: 'boolean' },
      },
    })
    return values
  } catch (error) {
    throw new PackagingError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** The manifest of the extension as `identity` has it. */
export function identifyExtension(manifest: ExtensionManifest, identity: Identity): object {
  const { publisher, version, isDevelopment } = identity
  const contributions = manifest.contributions.map((contribution) => {
    const { type, properties } = contribution
    if (!isDevelopment || type !== endpointType) return contribution
    const named = { name: `${properties.name}Dev`, displayName: `${properties.displayName ?? properties.name} (dev)` }
    return { ...contribution, properties: { ...properties, ...named } }
  })
  return {
    ...manifest,
    ...extensionNames(manifest, isDevelopment),
    publisher,
    version,
    contributions,
  }
}

/** The manifest of a task as `identity` has it; its help leads to the page of the extension that brings it. */
export function identifyTask(manifest: TaskManifest, extension: ExtensionManifest, identity: Identity): object {
  const { publisher, version, isDevelopment } = identity
  const [Major = 0, Minor = 0, Patch = 0] = version.split('.').map(Number)
  const pageOf = (owner: string, id: string) => `${helpLink}${owner}.${id}`
  const page = pageOf(publisher, extensionNames(extension, isDevelopment).id)
  const identified = {
    ...manifest,
    version: { Major, Minor, Patch },
    helpMarkDown: manifest.helpMarkDown.replaceAll(pageOf(extension.publisher, extension.id), page),
  }
  if (!isDevelopment) return identified
  const own = extension.contributions.flatMap(({ type, properties }) =>
    type === endpointType ? [`connectedService:${properties.name}`] : [],
  )
  return {
    ...identified,
    id: v5('development', manifest.id),
    name: `${manifest.name}Dev`,
    friendlyName: `${manifest.friendlyName} (dev)`,
    inputs: manifest.inputs.map((input) => (own.includes(input.type) ? { ...input, type: `${input.type}Dev` } : input)),
  }
}

/** The file name that tfx gives to the package of `identity`. */
export function packageName(extension: ExtensionManifest, identity: Identity): string {
  const { id } = extensionNames(extension, identity.isDevelopment)
  return `${identity.publisher}.${id}-${identity.version}.vsix`
}

function extensionNames({ id, name }: ExtensionManifest, isDevelopment: boolean) {
  return isDevelopment ? { id: `${id}-dev`, name: `${name} (dev)` } : { id, name }
}
