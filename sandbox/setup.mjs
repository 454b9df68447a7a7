// Makes this machine ready for the sandbox: `node sandbox/setup.mjs`. Does nothing, quickly, where nothing is missing.
// `--newer-engine` also fetches a second Docker engine, `--other-nodes` other versions of Node.js: the tests run on them as
// well.

import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fetchNewerEngine, newerEngineProblem } from './newer-engine.mjs'
import { fetchNode, missingNodes } from './other-nodes.mjs'

const repositoryRoot = fileURLToPath(new URL('..', import.meta.url))

/** Debian package -> a program that it brings. */
const alwaysNeeded = {
  'docker-registry': 'docker-registry',
  debootstrap: 'debootstrap',
  skopeo: 'skopeo',
  'busybox-static': 'busybox',
  chromium: 'chromium',
}
const neededForAnEngine = { 'docker.io': 'dockerd', iptables: 'iptables', iproute2: 'ip' }

/** What a person has to do before the sandbox can run. */
class SetupError extends Error {}

try {
  checkNode()
  checkDotnet()
  installNodePackages()
  installDebianPackages((await engineAnswers()) ? alwaysNeeded : { ...alwaysNeeded, ...neededForAnEngine })
  if (process.argv.includes('--newer-engine')) addNewerEngine()
  if (process.argv.includes('--other-nodes')) addOtherNodes()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(error.message)
  process.exitCode = 1
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new SetupError(`Node.js 20.19 or later is needed; this is ${process.versions.node}.`)
}

function checkDotnet() {
  const sdks = hasProgram('dotnet') ? execFileSync('dotnet', ['--list-sdks'], { encoding: 'utf8' }) : ''
  if (/^10\./m.test(sdks)) return
  throw new SetupError(
    'The .NET SDK 10 is needed: install the package dotnet-sdk-10.0, or see https://dot.net/download.',
  )
}

function installNodePackages() {
  if (nodePackagesAreCurrent()) return
  step('Installing npm packages', 'npm', ['ci', '--no-audit', '--no-fund'])
}

/** Compares the versions that are locked with what npm noted about node_modules: file times change with a checkout. */
function nodePackagesAreCurrent() {
  const locked = lockedPackages('package-lock.json')
  const installed = lockedPackages(join('node_modules', '.package-lock.json'))
  const isInstalled = ([path, { version, optional }]) =>
    path === '' || installed[path]?.version === version || (optional === true && installed[path] === undefined)
  return Object.entries(locked).every(isInstalled) && Object.keys(installed).every((path) => path in locked)
}

function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(join(repositoryRoot, file), 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return {}
    throw error
  }
}

function installDebianPackages(needed) {
  const missing = Object.keys(needed).filter((name) => !hasProgram(needed[name]))
  if (missing.length === 0) return
  if (!hasProgram('apt-get') || process.getuid?.() !== 0) {
    throw new SetupError(`Missing: ${missing.join(', ')}. Install these, or run this as root on Debian or Ubuntu.`)
  }
  step('Reading the package lists', 'apt-get', ['update'])
  step(`Installing ${missing.join(', ')}`, 'apt-get', ['install', '-y', '--no-install-recommends', ...missing])
}

/** A second, newer engine makes the tests stronger, but nothing depends on it. */
function addNewerEngine() {
  const folder = join(repositoryRoot, '.sandbox', 'newer-engine')
  if (newerEngineProblem(folder) === undefined) return
  process.stdout.write('Fetching a newer Docker engine for the tests: ')
  const start = Date.now()
  const problem = fetchNewerEngine(folder)
  const took = `${((Date.now() - start) / 1000).toFixed(1)} s`
  console.log(problem === undefined ? took : `not to be had, so these run on one engine (${problem})`)
}

function addOtherNodes() {
  const folder = join(repositoryRoot, '.sandbox', 'nodes')
  for (const version of missingNodes(folder)) {
    process.stdout.write(`Fetching Node.js ${version} for the tests: `)
    const start = Date.now()
    try {
      fetchNode(folder, version)
    } catch (error) {
      console.log('failed')
      throw new SetupError(error.message)
    }
    console.log(`${((Date.now() - start) / 1000).toFixed(1)} s`)
  }
}

/** Runs a command, tells how long it took, and shows its output only where it fails. */
function step(title, command, commandArguments) {
  process.stdout.write(`${title}: `)
  const start = Date.now()
  const { status, error, stdout, stderr } = spawnSync(command, commandArguments, {
    cwd: repositoryRoot,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) {
    console.log('failed')
    const output = error?.message ?? `${stdout}${stderr}`.trimEnd()
    throw new SetupError(`${command} ${commandArguments.join(' ')}\n${output}`)
  }
  console.log(`${((Date.now() - start) / 1000).toFixed(1)} s`)
}

function hasProgram(name) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Whether a Docker engine listens where engine.ts looks for one. */
function engineAnswers() {
  const { DOCKER_HOST: host = '' } = process.env
  const socketPath = host.startsWith('unix://') ? host.slice('unix://'.length) : '/var/run/docker.sock'
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: 3000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    ping.on('timeout', () => ping.destroy())
    ping.on('error', () => resolve(false))
    ping.end()
  })
}
