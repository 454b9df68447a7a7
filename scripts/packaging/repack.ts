import JSZip from 'jszip'

/** The first moment that a ZIP file can name. */
const epoch = new Date('1980-01-01T00:00:00Z')

/** The same package with its files in order and without times: equal contents are equal bytes. */
export async function repack(archive: Uint8Array): Promise<Uint8Array> {
  const packed = await JSZip.loadAsync(archive)
  const repacked = new JSZip()
  const files = Object.values(packed.files).filter(({ dir }) => !dir)
  for (const file of files.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    repacked.file(file.name, await file.async('uint8array'), { date: epoch, createFolders: false })
  }
  return repacked.generateAsync({ type: 'uint8array', compression: 'DEFLATE', compressionOptions: { level: 9 } })
}
