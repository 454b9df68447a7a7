import type { BuildContext } from '../build-image/build-context.ts'
import type { DockerfileSource } from '../dockerfile/dockerfile-source.ts'
import { hashContext } from './hash-context.ts'
import { listContext } from './list-context.ts'

/** The folder at an absolute path, as a build with this Dockerfile takes it. */
export function folderContext(
  context: string,
  { path: dockerfile, text: dockerfileText }: DockerfileSource,
): BuildContext {
  return {
    list: () => listContext(context, dockerfile),
    hash: (options) => hashContext({ ...options, context, dockerfile, dockerfileText }),
  }
}
