import { EndpointError } from '../../src/aws/endpoint-error.ts'
import { SignInError, type SignInFault } from '../../src/aws/sign-in-error.ts'
import { BuildError } from '../../src/build-image/build-error.ts'
import { ContextError } from '../../src/build-context/context-error.ts'
import { CheckError } from '../../src/check/check-error.ts'
import { DockerfileRefusedError, EngineLostError } from '../../src/docker/buildkit/build-image.ts'
import { NoBuildKitError } from '../../src/docker/buildkit/session.ts'
import { EngineAnswerError, EngineError, EngineUnreachableError } from '../../src/docker/connection/connection.ts'
import { DockerContextError } from '../../src/docker/connection/docker-context.ts'
import { EngineAddressError } from '../../src/docker/connection/engine-address.ts'
import { PullRefusedError } from '../../src/docker/pull-image.ts'
import { ArchiveWriteError } from '../../src/docker/save-image.ts'
import { ImageUnavailableError } from '../../src/dockerfile-build/build-dockerfile.ts'
import { BuildFailedError } from '../../src/dockerfile-build/builder.ts'
import { EngineTooOldError } from '../../src/dockerfile-build/require-capable-engine.ts'
import { InvalidDockerfileError } from '../../src/dockerfile/invalid-dockerfile-error.ts'
import { EcrError, type EcrFault } from '../../src/ecr/ecr-error.ts'
import { UnknownSettingError } from '../../src/ecr/tag-mutability.ts'
import { ConnectionError, TooLargeError, UnsafeAddressError } from '../../src/http/http-client.ts'
import { NetworkSettingError } from '../../src/http/network.ts'
import { TestFailedError, type TestFailure } from '../../src/integration-test/test-failed-error.ts'
import { digestOf } from '../../src/model/digest.ts'
import { UnreadableImageError } from '../../src/model/image-config.ts'
import { inputOf } from '../../src/model/invalid-input.ts'
import { InvalidValue, type Mistake } from '../../src/model/invalid-value.ts'
import { type Reference, withDigest } from '../../src/model/reference.ts'
import { StepError } from '../../src/model/step-error.ts'
import { VersionTooLargeError } from '../../src/model/version-too-large-error.ts'
import { DeliveryError } from '../../src/notify/delivery-error.ts'
import type { DeliveryFault } from '../../src/notify/interpret-answer.ts'
import { PushRefusedError, type Refusal } from '../../src/publish/image-store.ts'
import { PublishError, type PublishFault } from '../../src/publish/publish-error.ts'
import { ImmutableTagError } from '../../src/publish/repository.ts'
import { CredentialHelperError } from '../../src/registry/credential-helper.ts'
import { DockerConfigError } from '../../src/registry/docker-config-file.ts'
import { RegistryError, type RegistryFault } from '../../src/registry/registry-error.ts'
import { type CatalogueFault, TagCatalogueError } from '../../src/registry/tag-catalogue.ts'
import { amd64, aRelease, aReleaseLine, arm64, aspnet } from '../support/builders.ts'

const connection = new ConnectionError('mcr.microsoft.com', 'ECONNREFUSED')
const file = '/home/agent/.docker/config.json'
const path = '/src/image/Dockerfile'

const refusals: readonly Refusal[] = [
  ...(['unauthorized', 'forbidden', 'quota', 'tag-frozen', 'no-repository', 'layer-missing', 'busy'] as const),
  ...(['web-page', 'too-large', 'manifest-refused'] as const),
  ...(['registry-fault', 'unreachable', 'connection-cut', 'disk-full', 'unknown'] as const),
]

/** One error for each thing that a task can meet outside of its form, by the rooms that have words for it. */
export const everyProblem: Readonly<Record<Room, readonly unknown[]>> = {
  step: [
    ...(['invalid', 'missing', 'unknown-variable', 'secret', 'outside', 'other-images'] satisfies Mistake[]).map(
      (mistake) => inputOf('action', new InvalidValue('is "x"', 'Give one of release, retag, none', { mistake })),
    ),
    new VersionTooLargeError('1.99999999999999999999.0'),
    new StepError('cancelled'),
    new StepError('on-old-node'),
    new StepError('on-windows'),
    new Error('Nobody thought of this.'),
    new TypeError("Cannot read properties of undefined (reading 'x')"),
    new Error('Invalid key: Expected "Version" but received undefined'),
    new Error(''),
    undefined,
    {},
    connection,
    new TooLargeError('mcr.microsoft.com', 1024),
    new UnsafeAddressError(new URL('http://mirror.example/')),
    new UnsafeAddressError(new URL('http://127.0.0.1/'), 'mirror.example'),
    new NetworkSettingError({ is: 'proxy', of: 'HTTPS_PROXY' }),
    new NetworkSettingError({ is: 'proxy-bypass-list' }),
    new NetworkSettingError({ is: 'authorities', file: '/etc/ca.pem' }),
    new NetworkSettingError({ is: 'client-certificate', file: '/etc/client.pem' }),
  ],
  check: [
    new CheckError({ what: 'no-push-date', tag: '10.0-noble-1.4.0' }),
    new CheckError({ what: 'unbelievable-label', tag: '10.0-noble-1.4.0', label: 'platform-image.platform' }),
    new CheckError({ what: 'unverifiable', tag: '10.0-noble-1.4.0', base: aspnet }),
    new CheckError({ what: 'out-of-support', base: aspnet, dotnet: '10.0', lastDay: '2028-11-14' }),
  ],
  dockerfile: [
    new InvalidDockerfileError({ what: 'refused', problem: 'has no FROM.' }),
    new InvalidDockerfileError({ what: 'refused', problem: 'has a FROM without an image.' }, { line: 3, path }),
    new InvalidDockerfileError({ what: 'unknown-base', needsValue: true }, { line: 3 }),
    new InvalidDockerfileError({ what: 'unknown-base', needsValue: false }, { line: 3 }),
    new InvalidDockerfileError({ what: 'no-stage', target: 'final' }),
  ],
  context: (['list', 'hash', 'send'] as const).map((doing) => new ContextError({ doing, path, reason: 'EACCES' })),
  registry: registryProblems(),
  aws: awsProblems(),
  ecr: ecrProblems(),
  build: [
    new BuildError({ what: 'context-changed', context: '/src/image' }),
    new BuildError({ what: 'other-base', watched: aspnet, path, builtOn: 'scratch' }),
    new BuildError({ what: 'not-on-base', watched: aspnet }),
    new BuildError({
      what: 'other-labels',
      labels: Array.from({ length: 12 }, (_, index) => `label-${String(index)}`),
    }),
    new BuildError({ what: 'other-platform', reference: aspnet, wanted: amd64, found: arm64 }),
    new BuildFailedError('[build 2/3] RUN dotnet publish', 'exit code: 1', ['error CS1002: ; expected']),
    ...(['FROM', '# syntax'] as const).map(
      (instruction) =>
        new ImageUnavailableError({ path, use: { instruction, written: 'a/b:1', line: 2 }, reason: 'not found' }),
    ),
    new EngineTooOldError({ path, syntax: { what: 'a heredoc', line: 4, engine: 23 }, version: '20.10.24' }),
  ],
  engine: engineProblems(),
  test: testProblems(),
  publish: publishProblems(),
  delivery: deliveryProblems(),
}

export type Room =
  | 'step'
  | 'check'
  | 'dockerfile'
  | 'context'
  | 'registry'
  | 'aws'
  | 'ecr'
  | 'build'
  | 'engine'
  | 'test'
  | 'publish'
  | 'delivery'

function registryProblems(): Error[] {
  const content = ['web-page', 'not-json', 'schema-1', 'not-an-image', 'not-a-configuration', 'nested-index'] as const
  const statuses = [401, 403, 404, 429, 500, 204, 307]
  const faults: RegistryFault[] = [
    ...statuses.map((status) => ({ what: 'refused', status, hasCredentials: status === 403 }) as const),
    { what: 'refused', status: 403, hasCredentials: false, redirectedTo: 'storage.example' },
    { what: 'refused', status: 401, hasCredentials: false, redirectedTo: 'storage.example' },
    { what: 'no-sign-in', status: 401, code: 'UNAUTHORIZED', hasCredentials: true, host: 'auth.example' },
    { what: 'no-sign-in', status: 503, hasCredentials: false, host: 'auth.example' },
    { what: 'unreachable', connection },
    ...content.map((is) => ({ what: 'content', fault: { is } }) as const),
    { what: 'content', fault: { is: 'other-media-type', mediaType: 'application/vnd.cncf.helm.config.v1+json' } },
    { what: 'content', fault: { is: 'other-media-type' } },
    { what: 'too-large', host: 'a.example', maxBytes: 4 * 2 ** 20 },
    { what: 'other-bytes', digest: digestOf('a') },
    { what: 'no-platform', wanted: 'linux/arm64/v8', available: ['linux/amd64'] },
    { what: 'no-platform', wanted: 'linux/arm64/v8', available: [] },
    { what: 'unsafe-token-address' },
    { what: 'no-token', host: 'auth.example' },
  ]
  const catalogue: CatalogueFault[] = [
    ...[401, 404, 429, 500].map((status) => ({ what: 'refused', status }) as const),
    { what: 'unreachable', connection },
    { what: 'too-large', maxBytes: 10 * 2 ** 20 },
    { what: 'not-a-list' },
    { what: 'no-tag', tag: '10.0' },
    { what: 'bad-row', tag: '10.0', field: 'lastModifiedDate' },
    { what: 'digest', digest: digestOf('a') },
  ]
  const places: Reference[] = [aspnet, withDigest(aspnet, digestOf('a'))]
  return [
    ...places.flatMap((place) => faults.map((fault) => new RegistryError(place, fault))),
    ...catalogue.map((fault) => new TagCatalogueError('https://mcr.microsoft.com/api/v1/catalog/a/tags', fault)),
    new CredentialHelperError({ program: 'docker-credential-x', server: 'a.example', file, reason: 'it did not end' }),
    new DockerConfigError(file, 'it is not JSON'),
  ]
}

function awsProblems(): Error[] {
  const arn = 'arn:aws:iam::123456789012:role/platform-images'
  const claims = { issuer: 'https://issuer.example/1', subject: 'sc://org/project/aws', audience: ['api://AWS'] }
  const refusals = [
    ...['AccessDenied', 'InvalidIdentityToken', 'ExpiredTokenException', 'RegionDisabledException', 'ValidationError'],
    ...[
      'InvalidClientTokenId',
      'Unreadable',
      'IDPCommunicationError',
      'Throttling',
      'PROXY_407',
      'CERT_HAS_EXPIRED',
      'ETIMEDOUT',
    ],
  ]
  const sts = { what: 'sts', said: 'STS says no.', role: arn, hasExternalId: false } as const
  const skewed = 'Signature expired: 20261130T090000Z is now earlier than 20261130T094000Z (20261130T094500Z - 5 min.)'
  const tooLong = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
  const faults: SignInFault[] = [
    ...refusals.flatMap((code) => [
      { ...sts, code },
      { ...sts, code, claims: { ...claims, audience: [] } },
    ]),
    { ...sts, code: 'AccessDenied', hasExternalId: true },
    { ...sts, code: 'SignatureDoesNotMatch', said: skewed },
    { ...sts, code: 'ValidationError', said: tooLong },
    { what: 'no-oidc' },
    ...[302, 401, 500].map((status) => ({ what: 'oidc-refused', host: 'dev.azure.com', status }) as const),
    { what: 'oidc-unreachable', connection },
    { what: 'oidc-garbled', host: 'dev.azure.com' },
    { what: 'other-partition', rolePartition: 'aws-cn', region: 'eu-west-1' },
    ...[true, false].map((isSilent) => ({ what: 'no-credentials', said: 'No profile x.', isSilent }) as const),
  ]
  return [
    ...faults.map((fault) => new SignInError(`assume the role ${arn} in eu-west-1`, fault)),
    new EndpointError('AWS_ENDPOINT_URL'),
    new EndpointError('endpoint_url'),
  ]
}

function ecrProblems(): Error[] {
  const denied = 'User: arn:aws:sts::1:role/x is not authorized to perform: ecr:PutImage on resource: a'
  const codes = [
    ...[
      'ThrottlingException',
      'ServerException',
      'PROXY_407',
      'PROXY_502',
      'ECONNRESET',
      'CERT_HAS_EXPIRED',
      'ENOTFOUND',
    ],
    ...['AccessDeniedException', 'ExpiredTokenException', 'UnrecognizedClientException', 'InvalidSignatureException'],
    ...['LimitExceededException', 'KmsException', 'SyntaxError', 'ValidationException'],
  ]
  const faults: EcrFault[] = [
    ...codes.map((code) => ({ what: 'exception', code, said: denied }) as const),
    { what: 'no-image', code: 'ImageNotFound', said: 'it is not there' },
    { what: 'other-bytes', from: 'ECR' },
    { what: 'too-large', maxBytes: 2 ** 25 },
    ...(['repositoryUri', 'proxyEndpoint', 'downloadUrl'] as const).map(
      (field) => ({ what: 'not-believed', field }) as const,
    ),
    ...(['archived', 'restoring', 'endless-list', 'no-layer', 'no-token', 'no-address', 'vanished'] as const).map(
      (what) => ({ what }),
    ),
    { what: 'several-platforms', platforms: ['linux/amd64', 'linux/arm64/v8'] },
    { what: 'storage-refused', status: 403, host: 'bucket.s3.amazonaws.com' },
    { what: 'storage-unreachable', connection },
  ]
  return [
    ...faults.map((fault) => new EcrError('describe the repository platform/aspnet in eu-west-1', fault)),
    new UnreadableImageError('read the configuration of sha256:1'),
    new UnknownSettingError('FROZEN'),
    new ImmutableTagError('latest'),
  ]
}

function engineProblems(): Error[] {
  const address = 'unix:///var/run/docker.sock'
  return [
    ...['ENOENT', 'EACCES'].flatMap((code) =>
      [true, false].map(
        (isInJobContainer) => new EngineUnreachableError(address, { why: 'no-connection', code }, { isInJobContainer }),
      ),
    ),
    new EngineUnreachableError(address, { why: 'no-answer' }),
    new EngineUnreachableError(address, { why: 'not-an-engine' }),
    new EngineUnreachableError(address, { why: 'podman' }),
    new EngineUnreachableError(address, { why: 'refuses', words: 'client sent an HTTP request to an HTTPS server.' }),
    new EngineAddressError('tcp://build.example:2375', undefined),
    new EngineAddressError('/run/docker.sock', 'unix:///run/docker.sock'),
    new EngineAddressError('http://localhost', 'tcp://localhost:2375'),
    new DockerContextError({ context: 'remote', namedBy: 'DOCKER_CONTEXT', file }),
    new EngineError('inspect the image a', 500, 'no such container.'),
    new EngineAnswerError("read the engine's version", 'its field Version is not as expected'),
    new EngineLostError('build a'),
    new NoBuildKitError('page not found', {}),
    new DockerfileRefusedError(path, 'unknown flag: --parents'),
    new DockerfileRefusedError(path, 'failed to solve'),
    new PullRefusedError({ operation: 'pull a', registry: 'mcr.microsoft.com', words: 'not found.' }, {}),
    new ArchiveWriteError('/staging/image.tar', 'ENOSPC', {}),
    new ArchiveWriteError('/staging/image.tar', 'EACCES', {}),
  ]
}

function testProblems(): Error[] {
  const exit = { code: 137, outOfMemory: true }
  const asked = 'GET /health'
  const answer = { what: 'no-expected-answer', asked, wanted: '200', timeLimit: 60, given: '404' } as const
  const failures: TestFailure[] = [
    { what: 'not-started', exit: { ...exit, error: 'exec: "app": not found' } },
    { what: 'ended-badly', exit },
    { what: 'ended-badly', exit: { code: -1, outOfMemory: false, lost: new EngineLostError('wait') } },
    { what: 'does-not-end', timeLimit: 60 },
    { what: 'ended-early', exit, asked },
    { what: 'steady-error', asked, status: 500, seconds: 10 },
    answer,
    { ...answer, silent: { port: 8080, declared: [] } },
    { ...answer, silent: { port: 8080, declared: ['80/tcp'] } },
    { what: 'build-warnings', warnings: [{ text: 'Program.cs(1,2): warning CS0219: unused', times: 1 }] },
  ]
  return failures.map((failure) => new TestFailedError(failure))
}

function publishProblems(): Error[] {
  const release = aRelease({ version: '1.4.0' })
  const { tag } = release
  const why = new EcrError('tag a as latest', { what: 'exception', code: 'ServerException', said: 'fault' })
  const pushes = refusals.map(
    (refusal) => new PushRefusedError({ operation: `push ${tag}`, refusal, words: 'denied.' }),
  )
  const progress = { tag, moves: [{ tag: '10.0', outcome: 'moved' }] } as const
  const faults: PublishFault[] = [
    { what: 'in-pull-request' },
    { what: 'superseded', tag, expected: 'none', found: `${tag}@${release.digest}` },
    { what: 'tag-taken', tag },
    ...pushes.map((refused) => ({ what: 'push-refused', refused }) as const),
    ...pushes.slice(0, 1).map((refused) => ({ what: 'outcome-unknown', refused, why }) as const),
    { what: 'tag-missing', tag, pushed: digestOf('pushed') },
    { what: 'overwritten', release, pushed: digestOf('pushed'), after: 'push' },
    { what: 'overwritten', release, pushed: digestOf('pushed'), after: 'tags' },
    { what: 'frozen-tags', frozen: ['10.0'], toFree: ['10.0'], how: 'narrow its immutable filter "10.*"', progress },
    {
      what: 'frozen-tags',
      frozen: ['10.0'],
      toFree: ['10.0'],
      how: 'narrow its immutable filter "10.*"',
      progress: undefined,
    },
    { what: 'tags-elsewhere', tags: ['latest'], progress },
    { what: 'no-repository', repositoryName: 'platform/aspnet' },
    { what: 'no-release', releaseLine: aReleaseLine() },
    { what: 'unfinished', progress, why },
    { what: 'unfinished', progress: { tag, moves: [] }, why: new ImmutableTagError('latest') },
  ]
  return [...faults.map((fault) => new PublishError(fault)), ...pushes]
}

function deliveryProblems(): Error[] {
  const faults: DeliveryFault[] = [
    { what: 'not-posted', status: 400 },
    { what: 'not-posted', status: undefined },
    ...(['web page', 'empty', 'unknown'] as const).map(
      (text) => ({ what: 'no-confirmation', status: 200, text }) as const,
    ),
    { what: 'gateway', status: 503, code: 'ServiceUnavailable' },
    { what: 'redirected', status: 302 },
    ...[400, 401, 404, 429, 501].map((status) => ({ what: 'rejected', status }) as const),
    { what: 'no-answer', error: connection },
    { what: 'no-answer', error: new NetworkSettingError({ is: 'proxy', of: 'HTTPS_PROXY' }) },
    { what: 'no-answer', error: inputOf('webhookUrl', new InvalidValue('is not a URL', 'Copy the whole address')) },
  ]
  return [
    ...faults.map((fault) => new DeliveryError('Published', { kind: 'refused', fault })),
    ...faults.map(
      (fault) => new DeliveryError('Published', { kind: 'unconfirmed', fault, isRepeated: true }, 'retired'),
    ),
  ]
}
