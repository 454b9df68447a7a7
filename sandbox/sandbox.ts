import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PipelineRequest, type PipelineResult, runPipeline } from './agent/run-pipeline.ts'
import { type AwsAccount, type AwsConnection, awsConnection, startAwsAccount } from './aws-account.ts'
import { type BaseImages, prepareBaseImages } from './base-images/base-images.ts'
import { type LocalEcr, startLocalEcr } from './ecr/local-ecr.ts'
import { type Engine, startEngine } from './engine.ts'
import type { Policy } from './iam/identities.ts'
import { lockFolder } from './lock.ts'
import { type RegistryProcess, startRegistry } from './registry-process.ts'
import { stateFolder } from './state.ts'
import { startTeams, type Teams } from './teams/teams.ts'

/** The whole cloud on one machine: what a pipeline of the product needs around it. */
export interface Sandbox {
  readonly engine: Engine
  /** Plays mcr.microsoft.com. */
  readonly baseRegistry: RegistryProcess
  readonly baseImages: BaseImages
  readonly ecr: LocalEcr
  readonly aws: AwsAccount
  readonly teams: Teams
  /** Copies what a pipeline uses of this repository into a folder of its own, as an agent checks it out. */
  checkOut(): Promise<string>
  /** Runs a pipeline file with the bundled tasks on the local agent. */
  run(request: RunRequest): Promise<PipelineResult>
  /** Ends everything that was started. What is worth keeping, such as built images, stays for the next time. */
  stop(): Promise<void>
}

type PassedOn =
  | 'parameters'
  | 'variables'
  | 'secretVariables'
  | 'repositories'
  | 'pools'
  | 'branch'
  | 'pullRequest'
  | 'job'
  | 'attempt'
  | 'node'
  | 'signal'

export interface RunRequest extends Pick<PipelineRequest, PassedOn> {
  /** Root of the sources, and the pipeline file in it. */
  readonly sources: string
  readonly file: string
  /** Build.BuildId; the same again is a re-run of the same run. Default: the next free one. */
  readonly runId?: number
  readonly write?: (line: string) => void
  /** Overrides what the agent's own environment says, such as DOCKER_HOST. */
  readonly environment?: Readonly<Record<string, string>>
}

export interface SandboxOptions {
  /**
   * Takes any pipeline: each AWS connection that it names signs in with the access key of `aws-dev`, and ECR plays the
   * registry of every account and region.
   */
  readonly takesAnyPipeline?: boolean
  /** What the connection `aws-oidc` may do; everything if not given. `aws-dev` may do everything. */
  readonly policy?: Policy
}

const repositoryRoot = fileURLToPath(new URL('..', import.meta.url))
const tasks = join(repositoryRoot, 'dist', 'extension', 'tasks')
const checkedOut = ['platform-images', 'integration-tests', 'shared-templates']

/**
 * Starts the sandbox, works in it, and stops it again, also on Ctrl-C: then the signal tells the work to end. Sets the
 * exit code of the process, and shows an error by its message.
 */
export async function withSandbox(
  work: (sandbox: Sandbox, signal: AbortSignal) => Promise<'good' | 'bad'>,
  options?: SandboxOptions,
): Promise<void> {
  const interrupted = new AbortController()
  const interrupt = () => {
    interrupted.abort(new Error('Interrupted.'))
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  process.exitCode = 1
  try {
    const sandbox = await startSandbox(console.log, options)
    try {
      interrupted.signal.throwIfAborted()
      if ((await work(sandbox, interrupted.signal)) === 'good') process.exitCode = 0
    } finally {
      await sandbox.stop()
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

/** Starts the sandbox; the first time on a machine it makes the base images, which takes about a minute. */
export async function startSandbox(
  write: (line: string) => void,
  { policy, takesAnyPipeline = false }: SandboxOptions = {},
): Promise<Sandbox> {
  const started: { stop(): Promise<void> }[] = []
  async function start<T extends { stop(): Promise<void> }>(part: Promise<T>): Promise<T> {
    const running = await part
    started.unshift(running)
    return running
  }
  async function stop(): Promise<void> {
    for (const part of started.splice(0)) await part.stop()
  }

  try {
    await start(lockFolder(stateFolder))
    const temporary = await start(temporaryFolder())
    const engine = await start(startEngine(join(stateFolder, 'engine')))
    const baseRegistry = await start(startRegistry(join(stateFolder, 'base-registry')))
    const folder = join(stateFolder, 'base-images')
    const baseImages = await prepareBaseImages({ folder, registry: baseRegistry, write })
    const aws = await start(startAwsAccount(policy))
    const ecr = await start(
      startLocalEcr({
        folder: join(temporary.path, 'ecr'),
        identities: aws.identities,
        playsEveryRegistry: takesAnyPipeline,
      }),
    )
    const teams = await start(startTeams())

    let runs = 0
    return {
      engine,
      baseRegistry,
      baseImages,
      ecr,
      aws,
      teams,
      async checkOut() {
        const sources = await mkdtemp(join(temporary.path, 'sources-'))
        for (const name of checkedOut) await cp(join(repositoryRoot, name), join(sources, name), { recursive: true })
        return sources
      },
      run(request) {
        return runPipeline({
          ...request,
          tasks,
          work: join(temporary.path, 'work'),
          variables: {
            'PlatformImage.RegistryMirrors': `mcr.microsoft.com=${baseImages.host}`,
            'System.OidcRequestUri': aws.azureDevOps.requestUri,
            ...request.variables,
          },
          secretVariables: {
            // Who gives another address means that one.
            ...(request.variables?.TEAMS_WEBHOOK_URI === undefined && { TEAMS_WEBHOOK_URI: teams.webhookUrl }),
            'System.AccessToken': aws.azureDevOps.jobToken,
            ...request.secretVariables,
          },
          connections: [keyConnection(ecr), aws.oidcConnection],
          ...(takesAnyPipeline && {
            standIn: (name: string, type: string) => (type === 'AWS' ? keyConnection(ecr, name) : undefined),
          }),
          environment: { ...agentEnvironment(engine, { ecr, aws }), ...request.environment },
          runId: request.runId ?? ++runs,
          write: request.write ?? (() => undefined),
        })
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A folder that goes when the sandbox stops, or at the next start where this process was killed. */
async function temporaryFolder() {
  await mkdir(stateFolder, { recursive: true })
  for (const name of await readdir(stateFolder)) {
    const [, pid] = /^run-(\d+)-/.exec(name) ?? []
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(join(stateFolder, name), { recursive: true, force: true })
  }
  const path = await mkdtemp(join(stateFolder, `run-${String(process.pid)}-`))
  return { path, stop: () => rm(path, { recursive: true, force: true }) }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A connection with the access key. */
function keyConnection({ credentials: { accessKeyId, secretAccessKey } }: LocalEcr, name = 'aws-dev'): AwsConnection {
  const id = 'b0f6a0f3-6f0c-4b0e-9d6c-0f6d3c5f4a11'
  return awsConnection(name, id, { username: accessKeyId, password: secretAccessKey })
}

function agentEnvironment(engine: Engine, { ecr, aws }: Pick<Sandbox, 'ecr' | 'aws'>): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    DOCKER_HOST: engine.host,
    AWS_ENDPOINT_URL_ECR: ecr.endpoint,
    AWS_ENDPOINT_URL_STS: aws.sts.endpoint,
  }
}
