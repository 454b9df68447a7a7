import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path/posix'
import { join as joinNative } from 'node:path'
import type { Position } from '../position.ts'
import { PipelineError } from '../position.ts'
import type { MappingNode } from './yaml-tree.ts'
import { asMapping, parseYaml } from './yaml-tree.ts'

const mostFiles = 100

/** The YAML files of one pipeline, read from the root of the sources. */
export class SourceFiles {
  readonly #root: string
  #read = 0

  constructor(root: string) {
    this.#root = root
  }

  /** Reads the file a `template:` names: relative to the file that names it, or with a leading `/` from the root. */
  readTemplate(reference: string, at: Position): MappingNode {
    const [path = '', repository = 'self'] = reference.split('@')
    if (repository !== 'self') {
      throw new PipelineError(at, `Templates of other repositories are not supported by the local agent: ${reference}`)
    }
    const fromRoot = path.startsWith('/') ? path.slice(1) : join(dirname(at.file), path)
    return this.read(normalize(fromRoot), at)
  }

  read(file: string, usedAt: Position = { file, line: 1, column: 1 }): MappingNode {
    if (file.startsWith('..')) throw new PipelineError(usedAt, `The file ${file} is outside of the repository`)
    if (++this.#read > mostFiles) {
      throw new PipelineError(usedAt, `A pipeline may use ${String(mostFiles)} files, no more`)
    }
    return asMapping(parseYaml(this.#text(file, usedAt), file))
  }

  #text(file: string, usedAt: Position): string {
    try {
      return readFileSync(joinNative(this.#root, file), 'utf8')
    } catch (error) {
      throw new PipelineError(usedAt, `Cannot read ${file}: ${String(error)}`)
    }
  }
}
