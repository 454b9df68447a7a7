// Fetches other versions of Node.js, on which the tests run the tasks: packages of npm's registry, unpacked into a folder.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The oldest Node that an admitted agent brings, the last of its line, the one that newer agents prefer; one too old. */
export const otherNodes = { oldest: '20.9.0', last20: '20.20.2', newest: '24.22.3', tooOld: '16.20.2' }

/** The program of one version, below the folder of all. */
export function nodeProgram(folder, version) {
  return join(folder, version, 'package', 'bin', 'node')
}

/** The versions that are not there yet. */
export function missingNodes(folder) {
  return Object.values(otherNodes).filter((version) => !existsSync(nodeProgram(folder, version)))
}

/** Downloads one version; npm checks what it gets. Throws where there is none for this machine. */
export function fetchNode(folder, version) {
  const target = join(folder, version)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const archive = run('npm', ['pack', '--silent', `node-${process.platform}-${process.arch}@${version}`], target).trim()
  run('tar', ['-xzf', archive, 'package/bin/node'], target)
  rmSync(join(target, archive))
}

function run(command, commandArguments, cwd) {
  const { status, error, stdout, stderr } = spawnSync(command, commandArguments, { cwd, encoding: 'utf8' })
  if (status === 0) return stdout
  const reason = error?.message ?? stderr.trim().split('\n').at(-1)
  throw new Error(`${command} ${commandArguments.join(' ')}: ${reason}`)
}
