const units = ['kB', 'MB', 'GB'] as const

/** `17 bytes`, `1.2 kB`, `305 MB`: decimal units, and digits that say something. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} bytes`
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${units[power - 1] ?? ''}`
}
