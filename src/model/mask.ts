/** Hides a value in everything that the log shows from now on. */
export type Mask = (secret: string) => void
