import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './run-command.ts'

const suite = 'bookworm'

/** What .NET needs of the operating system, as in the official images. */
const packages = ['ca-certificates', 'libgssapi-krb5-2', 'libicu72', 'libssl3', 'libstdc++6', 'tzdata', 'zlib1g']

/** Names of the machine that debootstrap copies in, and its log. */
const leftovers = ['etc/hostname', 'etc/resolv.conf', 'var/log/bootstrap.log']

/** What an image leaves out of a root file system: devices, apt's caches, manuals, translations. */
const unneeded = [
  'dev',
  'proc',
  'sys',
  'var/cache',
  'var/lib/apt/lists',
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
]

/** What an image without a shell leaves out beside that: all programs, the package manager, cultures and time zones. */
const chiseledAway = [
  'etc/apt',
  'etc/init.d',
  'usr/bin',
  'usr/lib/apt',
  'usr/lib/dpkg',
  'usr/sbin',
  'usr/share/perl5',
  'usr/share/zoneinfo',
  'var/lib/apt',
  'var/lib/dpkg',
]

/** `tar` arguments that pack a root file system for an image without shell and package manager. */
export function chiseledLayer(folder: string): readonly string[] {
  const excluded = [...chiseledAway.map((path) => `${path}/*`), 'usr/lib/*/libicu*']
  return [...excluded.map((path) => `--exclude=./${path}`), ...rootFileSystemLayer(folder)]
}

/** `tar` arguments that pack a root file system for an image. */
export function rootFileSystemLayer(folder: string): readonly string[] {
  return [...unneeded.map((path) => `--exclude=./${path}/*`), '--directory', folder, '.']
}

/** Installs a minimal Debian with .NET's native dependencies into `folder`. Needs root. */
export async function makeRootFileSystem(folder: string): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Error('Only root can make the file system of the base images. Run it once as root.')
  const include = `--include=${packages.join(',')}`
  // Its mounts end with its own mount namespace, even when it is killed: what removes the folder never meets /proc.
  const mirror = await debianMirror()
  await runCommand('unshare', ['--mount', 'debootstrap', '--variant=minbase', include, suite, folder, ...mirror])
  for (const path of leftovers) await rm(join(folder, path), { force: true })
}

/** Adds a user with a group of the same name and id, and a home. */
export async function addUser(folder: string, name: string, id: number): Promise<void> {
  const shell = '--shell=/bin/bash'
  await runCommand('chroot', [folder, 'useradd', `--uid=${String(id)}`, '--user-group', '--create-home', shell, name])
}

/** The mirror that apt is configured with; nothing where it has none of this suite: then debootstrap takes its own. */
async function debianMirror(): Promise<readonly string[]> {
  const output = await runCommand('apt-get', ['indextargets', '--format', '$(REPO_URI)', `Codename: ${suite}`])
  return output.split('\n').filter(Boolean).slice(0, 1)
}
