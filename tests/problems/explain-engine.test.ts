import assert from 'node:assert/strict'
import { DockerfileRefusedError, EngineLostError } from '../../src/docker/buildkit/build-image.ts'
import { NoBuildKitError } from '../../src/docker/buildkit/session.ts'
import {
  EngineAnswerError,
  EngineError,
  EngineUnreachableError,
  type Unreachable,
} from '../../src/docker/connection/connection.ts'
import { DockerContextError } from '../../src/docker/connection/docker-context.ts'
import { EngineAddressError } from '../../src/docker/connection/engine-address.ts'
import { PullRefusedError } from '../../src/docker/pull-image.ts'
import { ArchiveWriteError } from '../../src/docker/save-image.ts'
import { explainEngine } from '../../src/problems/explain-engine.ts'
import { formatProblem } from '../../src/problems/problem.ts'
import { told } from '../support/problems.ts'

const socket = 'unix:///var/run/docker.sock'
const noConnection = (code: string): Unreachable => ({ why: 'no-connection', code })
const pullRefused = new PullRefusedError(
  { operation: 'pull a.io/b:1 for linux/amd64', registry: 'a.io', words: 'manifest unknown' },
  {},
)
const archiveError = (code: string) => new ArchiveWriteError('/out/image.tar', code, {})

describe('explainEngine', () => {
  const rows: readonly (readonly [what: string, error: Error, text: string])[] = [
    [
      'no engine is there',
      new EngineUnreachableError(socket, noConnection('ENOENT')),
      `Cannot reach the Docker engine at ${socket}: ENOENT. Start Docker on the agent, or set DOCKER_HOST.`,
    ],
    [
      'nobody listens',
      new EngineUnreachableError('tcp://127.0.0.1:1', noConnection('ECONNREFUSED')),
      'Cannot reach the Docker engine at tcp://127.0.0.1:1: ECONNREFUSED. Start Docker on the agent, or set DOCKER_HOST.',
    ],
    [
      "the agent's user may not use the socket",
      new EngineUnreachableError(socket, noConnection('EACCES')),
      `Cannot reach the Docker engine at ${socket}: EACCES. Let the agent's user use the socket (group docker), or set DOCKER_HOST.`,
    ],
    [
      'the job has a container without the socket',
      new EngineUnreachableError(socket, noConnection('ENOENT'), { isInJobContainer: true }),
      `Cannot reach the Docker engine at ${socket}: ENOENT. The job's container has no such socket: set mapDockerSocket: true on its container resource.`,
    ],
    [
      'the job has a container whose user may not use the socket',
      new EngineUnreachableError(socket, noConnection('EACCES'), { isInJobContainer: true }),
      `Cannot reach the Docker engine at ${socket}: EACCES. Let the agent's user use the socket (group docker), or set DOCKER_HOST.`,
    ],
    [
      'it does not answer',
      new EngineUnreachableError(socket, { why: 'no-answer' }),
      `Cannot reach the Docker engine at ${socket}: no answer. Something listens there but does not answer: restart Docker on the agent.`,
    ],
    [
      'something else answers',
      new EngineUnreachableError(socket, { why: 'not-an-engine' }),
      `Cannot reach the Docker engine at ${socket}: what answers is not a Docker engine with BuildKit. See what listens there, and set DOCKER_HOST to the engine.`,
    ],
    [
      'Podman answers',
      new EngineUnreachableError(socket, { why: 'podman' }),
      `Cannot reach the Docker engine at ${socket}: what answers is Podman, not a Docker engine with BuildKit. Install Docker Engine 20.10 or later on the agent, and set DOCKER_HOST to it.`,
    ],
    [
      'it wants TLS',
      new EngineUnreachableError('tcp://127.0.0.1:2376', { why: 'refuses', words: 'use HTTPS.' }),
      'Cannot reach the Docker engine at tcp://127.0.0.1:2376: it refuses a plain request: use HTTPS. Set DOCKER_HOST to an address without TLS and without a proxy: unix://<path> or tcp://127.0.0.1:<port>.',
    ],
    [
      'it is on another machine',
      new EngineAddressError('ssh://build', undefined),
      'Cannot use the Docker engine at ssh://build: the engine has to run on the agent itself. Set DOCKER_HOST to unix://<path of its socket> or tcp://127.0.0.1:<port>.',
    ],
    [
      'its socket lacks the protocol',
      new EngineAddressError('/tmp/x.sock', 'unix:///tmp/x.sock'),
      'Cannot use the Docker engine at /tmp/x.sock: a socket is written with its protocol. Set DOCKER_HOST to unix:///tmp/x.sock.',
    ],
    [
      'its address has another protocol',
      new EngineAddressError('http://127.0.0.1:2375', 'tcp://127.0.0.1:2375'),
      'Cannot use the Docker engine at http://127.0.0.1:2375: an engine without TLS is reached by tcp. Set DOCKER_HOST to tcp://127.0.0.1:2375.',
    ],
    [
      'its context does not exist',
      new DockerContextError({ context: 'gone', namedBy: 'DOCKER_CONTEXT', file: '/a/meta.json' }),
      'Cannot use the Docker context "gone", which DOCKER_CONTEXT names: there is no /a/meta.json. Choose another with "docker context use", or set DOCKER_HOST.',
    ],
    [
      'it says no',
      new EngineError('remove the image a:1', 409, 'in use by a container'),
      'Cannot remove the image a:1: in use by a container.',
    ],
    [
      'its answer has another form',
      new EngineAnswerError("read the engine's version", 'its field Version is not as expected'),
      "Cannot read the engine's version: the engine's answer is not understood: its field Version is not as expected. Check that Docker Engine 20.10 or later runs on the agent, and nothing else answers in its place.",
    ],
    [
      'it goes away',
      new EngineLostError('build a:1'),
      'Cannot build a:1: the engine went away before it ended. See whether it was restarted, and run the job again.',
    ],
    [
      'it has no BuildKit',
      new NoBuildKitError('page not found', {}),
      'Cannot open a BuildKit session: page not found. Images are built with BuildKit: use Docker Engine 20.10 or later on Linux.',
    ],
    [
      'it does not take the Dockerfile',
      new DockerfileRefusedError('/a/Dockerfile', 'dockerfile parse error on line 2'),
      'Cannot build /a/Dockerfile: dockerfile parse error on line 2.',
    ],
    [
      'it does not know a flag of the Dockerfile',
      new DockerfileRefusedError('/a/Dockerfile', 'Unknown flag: parents'),
      'Cannot build /a/Dockerfile: Unknown flag: parents. If the spelling is right, this engine is too old for it: begin the file with # syntax=docker/dockerfile:1, or update Docker on the agent.',
    ],
    [
      'a base cannot be pulled',
      pullRefused,
      'Cannot pull a.io/b:1 for linux/amd64: manifest unknown. Let the agent reach a.io. Check the input "registryMirrors" and the input "baseRegistryConnection".',
    ],
    [
      'an archive cannot be written',
      archiveError('ENOENT'),
      'Cannot save the image to /out/image.tar: ENOENT. Check the input "imageArchive".',
    ],
    [
      'the disk of an archive is full',
      archiveError('ENOSPC'),
      'Cannot save the image to /out/image.tar: ENOSPC. Free space on its disk.',
    ],
  ]
  for (const [what, error, text] of rows) {
    it(`says what to do where ${what}`, () => {
      assert.equal(told(error), text)
    })
  }

  for (const error of [pullRefused, archiveError('ENOENT')]) {
    it(`names no input that the form lacks for a ${error.name}`, () => {
      const problem = explainEngine(error, {})

      assert.ok(problem)
      assert.doesNotMatch(formatProblem(problem), /input/)
    })
  }

  it('has no words for any other error', () => {
    assert.equal(explainEngine(new Error('x'), {}), undefined)
  })
})
