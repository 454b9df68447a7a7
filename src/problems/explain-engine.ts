import { DockerfileRefusedError, EngineLostError } from '../docker/buildkit/build-image.ts'
import { NoBuildKitError } from '../docker/buildkit/session.ts'
import {
  EngineAnswerError,
  EngineError,
  EngineUnreachableError,
  type Unreachable,
} from '../docker/connection/connection.ts'
import { DockerContextError } from '../docker/connection/docker-context.ts'
import { EngineAddressError } from '../docker/connection/engine-address.ts'
import { PullRefusedError } from '../docker/pull-image.ts'
import { ArchiveWriteError } from '../docker/save-image.ts'
import type { Problem } from './problem.ts'
import { check, type Words } from './words.ts'

const plainAddress = 'unix://<path> or tcp://127.0.0.1:<port>'

/** The container engine on the agent, and what is sent to it. */
export function explainEngine(error: unknown, words: Words): Problem | undefined {
  if (error instanceof EngineUnreachableError) return explainUnreachable(error)
  if (error instanceof EngineAddressError) return explainAddress(error)
  if (error instanceof DockerContextError) {
    return {
      code: 'docker-context-missing',
      attempt: `Cannot use the Docker context "${error.context}", which ${error.namedBy} names`,
      reason: `there is no ${error.file}`,
      advice: ['Choose another with "docker context use", or set DOCKER_HOST'],
    }
  }
  if (error instanceof EngineError) {
    return { code: 'engine-refused', attempt: `Cannot ${error.operation}`, reason: error.words, advice: [] }
  }
  if (error instanceof EngineAnswerError) {
    const attempt = `Cannot ${error.operation}`
    const advice = check('that Docker Engine 20.10 or later runs on the agent, and nothing else answers in its place')
    return {
      code: 'engine-answer-unknown',
      attempt,
      reason: `the engine's answer is not understood: ${error.reason}`,
      advice,
    }
  }
  return explainWork(error, words)
}

/** What the engine did with a piece of work. */
function explainWork(error: unknown, words: Words): Problem | undefined {
  if (error instanceof EngineLostError) {
    const advice = ['See whether it was restarted, and run the job again']
    return {
      code: 'engine-lost',
      attempt: `Cannot ${error.operation}`,
      reason: 'the engine went away before it ended',
      advice,
    }
  }
  if (error instanceof NoBuildKitError) {
    const advice = ['Images are built with BuildKit: use Docker Engine 20.10 or later on Linux']
    return { code: 'engine-without-buildkit', attempt: 'Cannot open a BuildKit session', reason: error.words, advice }
  }
  if (error instanceof DockerfileRefusedError) {
    const newer =
      'If the spelling is right, this engine is too old for it: begin the file with # syntax=docker/dockerfile:1, or update Docker on the agent'
    const advice = error.mayNeedNewerEngine ? [newer] : []
    return { code: 'dockerfile-refused', attempt: `Cannot build ${error.path}`, reason: error.words, advice }
  }
  if (error instanceof PullRefusedError) {
    const advice = [
      `Let the agent reach ${error.registry}`,
      ...check(words.registryMirrors, words.baseRegistryConnection),
    ]
    return { code: 'base-pull-failed', attempt: `Cannot ${error.operation}`, reason: error.words, advice }
  }
  if (error instanceof ArchiveWriteError) {
    const advice = error.code === 'ENOSPC' ? ['Free space on its disk'] : check(words.imageArchive)
    return {
      code: 'archive-not-written',
      attempt: `Cannot save the image to ${error.file}`,
      reason: error.code,
      advice,
    }
  }
  return undefined
}

function explainUnreachable({ address, fault, isInJobContainer }: EngineUnreachableError): Problem {
  const attempt = `Cannot reach the Docker engine at ${address}`
  const reason = describe(fault)
  if (isInJobContainer && fault.why === 'no-connection' && fault.code === 'ENOENT') {
    const advice = ["The job's container has no such socket: set mapDockerSocket: true on its container resource"]
    return { code: 'engine-socket-not-mapped', attempt, reason, advice }
  }
  return { code: 'engine-unreachable', attempt, reason, advice: [nextStep(fault)] }
}

function describe(fault: Unreachable): string {
  switch (fault.why) {
    case 'no-connection':
      return fault.code
    case 'no-answer':
      return 'no answer'
    case 'not-an-engine':
      return 'what answers is not a Docker engine with BuildKit'
    case 'podman':
      return 'what answers is Podman, not a Docker engine with BuildKit'
    case 'refuses':
      return `it refuses a plain request: ${fault.words}`
  }
}

function nextStep(fault: Unreachable): string {
  switch (fault.why) {
    case 'no-connection':
      return fault.code === 'EACCES'
        ? "Let the agent's user use the socket (group docker), or set DOCKER_HOST"
        : 'Start Docker on the agent, or set DOCKER_HOST'
    case 'no-answer':
      return 'Something listens there but does not answer: restart Docker on the agent'
    case 'not-an-engine':
      return 'See what listens there, and set DOCKER_HOST to the engine'
    case 'podman':
      return 'Install Docker Engine 20.10 or later on the agent, and set DOCKER_HOST to it'
    case 'refuses':
      return `Set DOCKER_HOST to an address without TLS and without a proxy: ${plainAddress}`
  }
}

function explainAddress({ address, better }: EngineAddressError): Problem {
  const attempt = `Cannot use the Docker engine at ${address}`
  const code = 'engine-address-invalid'
  if (better === undefined) {
    const reason = 'the engine has to run on the agent itself'
    return {
      code,
      attempt,
      reason,
      advice: [`Set DOCKER_HOST to ${plainAddress.replace('<path>', '<path of its socket>')}`],
    }
  }
  const reason = better.startsWith('unix:')
    ? 'a socket is written with its protocol'
    : 'an engine without TLS is reached by tcp'
  return { code, attempt, reason, advice: [`Set DOCKER_HOST to ${better}`] }
}
