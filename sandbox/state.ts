import { fileURLToPath } from 'node:url'

/** Absolute path of the folder, ignored by git, that holds whatever the sandbox keeps from one run to the next. */
export const stateFolder = fileURLToPath(new URL('../.sandbox', import.meta.url))
