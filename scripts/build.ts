import { defaultIdentity, stageExtension } from './packaging/stage-extension.ts'

/** Stages the extension under the repository's own name, for the tests and the sandbox. */
await stageExtension(await defaultIdentity())
