import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RegistryProcess, startRegistry } from '../../sandbox/registry-process.ts'
import { runPostJobBundle, runTaskBundle, type TaskRun, type TaskSetting } from './task-process.ts'
import { defaultInputs } from './task-sources.ts'
import { pushTinyImage } from './tiny-image.ts'

/** A platform image of a few megabytes, with an application on it that answers at once, and a registry for its base. */
export interface TinyLine {
  /** Holds `image/` and `app/`, each with its Dockerfile. */
  readonly folder: string
  readonly registry: RegistryProcess
  /** The base as the Dockerfile names it. */
  readonly base: string
  /** Moves the base's tag to an image with this content. */
  moveBase(content: string): Promise<void>
  /** Makes the steps of the Dockerfile of the image or of its application other ones, or again what they were. */
  write(part: 'image' | 'app', steps?: string): Promise<void>
  /** The inputs of a run that builds on what the base is now. */
  inputs(): Record<string, string>
  /** Runs the bundle of PlatformImageBuildTest as an agent does. */
  build(host: string, setting?: TaskSetting): Promise<TaskRun>
  /** Runs the post-job of such a run. */
  endJob(host: string, run: TaskRun): Promise<TaskRun>
  stop(): Promise<void>
}

const steps = {
  image: 'COPY busybox /bin/busybox\nRUN ["/bin/busybox", "mkdir", "/www"]',
  app: 'COPY index.html /www/\nCMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]',
}

export async function startTinyLine(name: string): Promise<TinyLine> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`))
  const registry = await startRegistry(join(folder, 'registry'))
  const base = `${registry.host}/base/${name}:1`
  let digest = ''

  async function write(part: 'image' | 'app', others = steps[part]): Promise<void> {
    await writeFile(join(folder, part, 'Dockerfile'), `FROM ${base}\n${others}\n`)
  }

  async function moveBase(content: string): Promise<void> {
    const target = { registry: `http://${registry.host}`, repository: `base/${name}`, tag: '1' }
    digest = (await pushTinyImage({ ...target, layers: [content] })).digest
  }

  function inputs(): Record<string, string> {
    const record = {
      repositoryName: `platform/${name}`,
      tagPrefix: '1',
      replaces: 'none',
      reason: 'base-moved',
      platform: 'linux/amd64',
      base: { name: base, digest, platformDigest: digest },
      buildArguments: {},
      mirrors: {},
    }
    return {
      ...defaultInputs('PlatformImageBuildTest'),
      buildRecord: JSON.stringify(record),
      contextPath: join(folder, 'image'),
      testDockerfile: join(folder, 'app/Dockerfile'),
      startupTimeoutSeconds: '30',
    }
  }

  for (const part of ['image', 'app'] as const) {
    await mkdir(join(folder, part))
    await write(part)
  }
  await copyFile('/bin/busybox', join(folder, 'image/busybox'))
  await writeFile(join(folder, 'app/index.html'), name)
  await moveBase('first')
  return {
    folder,
    registry,
    base,
    moveBase,
    write,
    inputs,
    build: (host, setting = {}) =>
      runTaskBundle('PlatformImageBuildTest', {
        ...setting,
        inputs: { ...inputs(), ...setting.inputs },
        environment: { DOCKER_HOST: host, HOME: folder, ...setting.environment },
      }),
    endJob: (host, { left }) => runPostJobBundle('PlatformImageBuildTest', left, { DOCKER_HOST: host, HOME: folder }),
    async stop() {
      await registry.stop()
      await rm(folder, { recursive: true })
    },
  }
}
