import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path/posix'
import { join as joinNative } from 'node:path'
import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import type { MappingNode } from './yaml-tree.ts'
import { asMapping, parseYaml } from './yaml-tree.ts'

const mostFiles = 100

/** The YAML files of one pipeline, from its own repository and from others. */
export class SourceFiles {
  readonly #roots: ReadonlyMap<string, string>
  #read = 0

  /** Folders of repositories by alias; that of the pipeline itself is `self`. */
  constructor(roots: ReadonlyMap<string, string>) {
    this.#roots = roots
  }

  /**
   * Reads the file a `template:` names: relative to the file that names it, or with a leading `/` from the root. Without
   * `@alias` it is in the repository of the file that names it.
   */
  readTemplate(reference: string, at: Position): MappingNode {
    const [user = '', usersRepository = 'self'] = at.file.split('@')
    const [path = '', repository = usersRepository] = reference.split('@')
    const fromRoot = path.startsWith('/')
      ? path.slice(1)
      : join(repository === usersRepository ? dirname(user) : '', path)
    const file = normalize(fromRoot)
    return this.read(repository === 'self' ? file : `${file}@${repository}`, at)
  }

  /** Reads a file by its path from the root of its repository, with `@alias` behind it where that is another one. */
  read(file: string, usedAt: Position = { file, line: 1, column: 1 }): MappingNode {
    if (file.startsWith('..')) throw new PipelineError(usedAt, `The file ${file} is outside of the repository`)
    if (++this.#read > mostFiles) {
      throw new PipelineError(usedAt, `A pipeline may use ${String(mostFiles)} files, no more`)
    }
    return asMapping(parseYaml(this.#text(file, usedAt), file))
  }

  #text(file: string, usedAt: Position): string {
    const [path = '', repository = 'self'] = file.split('@')
    const root = this.#roots.get(repository)
    if (root === undefined) {
      const problem = `Templates of other repositories are not supported by the local agent`
      throw new PipelineError(usedAt, `${problem} unless their folder is given: ${file}`)
    }
    try {
      return readFileSync(joinNative(root, path), 'utf8')
    } catch (error) {
      throw new PipelineError(usedAt, `Cannot read ${file}: ${String(error)}`)
    }
  }
}
