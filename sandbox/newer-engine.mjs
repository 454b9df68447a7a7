// Fetches a recent Docker engine to run beside the system's own: packages of a later Debian suite, unpacked into a folder.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Debian's suite with Docker 28 or later, and what of it makes an engine; the system's own runc and iptables serve. */
const suite = 'forky'
const packages = ['docker.io', 'containerd']

/** Where programs of the newer engine are, below its folder. */
export const newerEnginePath = ['root/usr/bin', 'root/usr/sbin']

/** Why there is no newer engine in this folder; undefined where there is one. */
export function newerEngineProblem(folder) {
  if (existsSync(join(folder, 'root/usr/sbin/dockerd'))) return undefined
  const note = join(folder, 'problem')
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : 'node sandbox/setup.mjs has not fetched it'
}

/**
 * Downloads and unpacks the engine; apt checks the packages by Debian's signed indexes. What is in the way is noted
 * instead of thrown: everything else works without.
 */
export function fetchNewerEngine(folder, sources = '/etc/apt/sources.list.d') {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  try {
    unpack(folder, download(folder, sources))
    return undefined
  } catch (error) {
    rmSync(join(folder, 'root'), { recursive: true, force: true })
    writeFileSync(join(folder, 'problem'), error.message)
    return error.message
  } finally {
    rmSync(join(folder, 'apt'), { recursive: true, force: true })
  }
}

/** Gives the folder of the packages. The lists, the cache and the settings are our own, so the system's stay as they are. */
function download(folder, sources) {
  const apt = join(folder, 'apt')
  const downloaded = join(apt, 'downloaded')
  for (const part of ['lists/partial', 'cache/archives/partial', 'downloaded']) {
    mkdirSync(join(apt, part), { recursive: true })
  }
  writeFileSync(join(apt, 'later.sources'), laterSources(sources))
  const settings = [
    `Dir::Etc::sourcelist=${join(apt, 'later.sources')}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(apt, 'lists')}`,
    `Dir::Cache=${join(apt, 'cache')}`,
    'APT::Sandbox::User=root',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=20',
    'Acquire::Languages=none',
  ].flatMap((setting) => ['-o', setting])
  run('apt-get', ['-qq', ...settings, 'update'], downloaded)
  run('apt-get', ['-qq', ...settings, 'download', ...packages], downloaded)
  return downloaded
}

/** The mirror that the system uses, and the key by which it trusts it. */
function laterSources(folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.sources')) : []
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8')
    const [uri, key] = ['URIs', 'Signed-By'].map((field) => new RegExp(`^${field}: *(\\S+)`, 'm').exec(text)?.[1])
    if (/^Suites:.*\b(bookworm|trixie)\b/m.test(text) && uri !== undefined && key !== undefined) {
      return `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\nSigned-By: ${key}\n`
    }
  }
  throw new Error('its packages are those of Debian 12 or 13 with deb822 sources, which this machine has not')
}

function unpack(folder, downloaded) {
  for (const file of readdirSync(downloaded)) {
    run('dpkg-deb', ['-x', join(downloaded, file), join(folder, 'root')], downloaded)
  }
}

function run(command, commandArguments, cwd) {
  const { status, error, stderr } = spawnSync(command, commandArguments, { cwd, encoding: 'utf8' })
  if (status === 0) return
  const reason = error?.message ?? stderr.trim().split('\n').at(-1)
  throw new Error(`${command} ${commandArguments.at(-1)}: ${reason}`)
}
