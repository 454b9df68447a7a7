import type { BuildContext } from '../build-image/build-context.ts'
import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { hashContext } from './hash-context.ts'
import { listContext } from './list-context.ts'

/** The folder at an absolute path, as a build with this Dockerfile takes it. */
export function folderContext(context: string, dockerfile: DockerfileSource): BuildContext {
  return {
    list: () => listContext(context, dockerfile.path),
    hash: (options) => hashContext({ ...options, context, dockerfile }),
  }
}
