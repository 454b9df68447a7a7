/** What an error says, for engineers and for the words of others; people hear of it through `src/problems`. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The system's name for what went wrong, such as `ENOENT`; undefined where the error has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
