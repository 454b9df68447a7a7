import type { Metafile } from 'esbuild'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import licenses from 'spdx-license-list/full.js'

interface Package {
  readonly name: string
  readonly version: string
  /** An SPDX expression, `(Apache-2.0 AND BSD-3-Clause)`. */
  readonly license: string
}

/**
 * The third-party notices of bundles: every package that has code in them, with the text of its licence.
 *
 * @param root The folder that the paths of the metafiles begin in.
 * @throws {Error} if the text of a licence cannot be found.
 */
export function thirdPartyNotices(metafiles: readonly Metafile[], root: string): string {
  const packagesByText = new Map<string, Set<string>>()
  for (const folder of bundledPackages(metafiles)) {
    const own = readPackage(join(root, folder))
    const text = licenseText(join(root, folder), own).trim()
    const packages = packagesByText.get(text) ?? new Set()
    packagesByText.set(text, packages.add(`${own.name} ${own.version} (${own.license})`))
  }
  const sections = [...packagesByText].map(
    ([text, packages]) => `${'-'.repeat(80)}\n${[...packages].join('\n')}\n\n${text}\n`,
  )
  return ['Third-party notices\n\nThe tasks of this extension contain code of the packages below.\n', ...sections].join(
    '\n',
  )
}

/** The folders of the packages that bundles have code of: `node_modules/axios`. */
function bundledPackages(metafiles: readonly Metafile[]): string[] {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs)).map((output) => output.inputs)
  const folders = inputs.flatMap((files) =>
    Object.entries(files).flatMap(([path, { bytesInOutput }]) => {
      const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? []
      return folder === undefined || bytesInOutput === 0 ? [] : [folder]
    }),
  )
  return [...new Set(folders)].sort()
}

function readPackage(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package
}

/** A package's own words, in a file or in its README; else the text that its SPDX expression names. */
function licenseText(folder: string, { name, license }: Package): string {
  const files = readdirSync(folder)
  const readFiles = (pattern: RegExp) =>
    files.filter((file) => pattern.test(file)).map((file) => readFileSync(join(folder, file), 'utf8'))
  const own = readFiles(/^(licen[cs]e|copying|notice)/i)
  if (own.length > 0) return own.join('\n')
  const [, section] = /^(?:#+ )?License\s*?\n(?:-+\n)?([^]*copyright[^]*)/im.exec(readFiles(/^readme/i).join('')) ?? []
  if (section !== undefined) return section
  const texts = (license.match(/[\w.-]+/g) ?? []).flatMap((id) => licenses[id]?.licenseText ?? [])
  if (texts.length === 0) throw new Error(`${name} has no text of its licence "${license}".`)
  return texts.join('\n')
}
