import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import * as v from 'valibot'
import { parseJson } from '../model/parse-json.ts'

/** The lists of an archive: that of `docker save`, and that of an OCI layout. */
const manifestList = v.array(v.object({ RepoTags: v.nullish(v.array(v.string()), []) }))
const imageIndex = v.object({
  manifests: v.array(v.object({ annotations: v.nullish(v.record(v.string(), v.string()), {}) })),
})

/** Where containerd writes the name of an image in an index. */
const nameAnnotation = 'io.containerd.image.name'

/** Bytes; a list of one image has some hundreds. */
const longestList = 1024 * 1024

/**
 * The names that an archive would give to its images, as each of its lists has them; a list without names is left out.
 * The archive may be compressed with gzip. Undefined for a file whose lists cannot be read.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function readArchiveNames(file: string): Promise<readonly (readonly string[])[] | undefined> {
  try {
    const lists = await readLists(file)
    const saved = lists.flatMap(({ name, text }) => (name === 'manifest.json' ? [namesOfSave(text)] : []))
    const indexed = lists.flatMap(({ name, text }) => (name === 'index.json' ? [namesOfIndex(text)] : []))
    return saved.length + indexed.length === 0 ? undefined : [...saved, ...indexed].filter((names) => names.length > 0)
  } catch {
    return undefined
  }
}

async function readLists(file: string): Promise<{ name: string; text: string }[]> {
  const lists: { name: string; text: string }[] = []
  const source = createReadStream(file)
  const archive: Readable = (await isCompressed(file)) ? source.pipe(createGunzip()) : source
  const entries = extract()
  const fail = (error: Error): void => {
    entries.destroy(error)
  }
  source.once('error', fail)
  archive.once('error', fail)
  archive.pipe(entries)
  for await (const entry of entries) {
    const name = entry.header.name.replace(/^\.\//, '')
    if (name !== 'manifest.json' && name !== 'index.json') {
      entry.resume()
      continue
    }
    if (entry.header.size > longestList) throw new Error('the list is too long')
    let text = ''
    for await (const chunk of entry as AsyncIterable<Buffer>) text += chunk.toString('utf8')
    lists.push({ name, text })
  }
  return lists
}

async function isCompressed(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return buffer.readUInt16BE() === 0x1f8b
  } finally {
    await handle.close()
  }
}

function namesOfSave(text: string): string[] {
  return v.parse(manifestList, parseJson(text)).flatMap(({ RepoTags }) => RepoTags)
}

function namesOfIndex(text: string): string[] {
  return v.parse(imageIndex, parseJson(text)).manifests.flatMap(({ annotations }) => annotations[nameAnnotation] ?? [])
}
