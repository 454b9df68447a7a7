import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'

export interface ArchivedImage {
  /** Local name with its tag. */
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  /** Content of the one file of the one layer. */
  readonly content: string | Buffer
}

/** Writes an archive as `docker save` does, so that an engine gets an image without a build. */
export async function writeImageArchive(file: string, { name, labels = {}, content }: ArchivedImage): Promise<void> {
  const layer = pack()
  layer.entry({ name: 'content', mtime: new Date(0) }, content)
  layer.finalize()
  const layerBytes = await buffer(layer)
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: labels },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layerBytes)}`] },
  })
  const configFile = `${sha256(config)}.json`
  const archive = pack()
  archive.entry({ name: configFile }, config)
  archive.entry({ name: 'layer.tar' }, layerBytes)
  archive.entry(
    { name: 'manifest.json' },
    JSON.stringify([{ Config: configFile, RepoTags: [name], Layers: ['layer.tar'] }]),
  )
  archive.finalize()
  await pipeline(archive, createWriteStream(file))
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
