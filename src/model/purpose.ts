/**
 * What a run is for: `release` builds, tests and publishes; `validate` builds and tests, and writes nothing; `plan` only
 * says what a release would do.
 */
export const purposes = ['release', 'validate', 'plan'] as const
export type Purpose = (typeof purposes)[number]
