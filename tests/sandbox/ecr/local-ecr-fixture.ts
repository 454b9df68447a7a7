import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import type { CreateRepositoryCommandInput, ImageIdentifier } from '@aws-sdk/client-ecr'
import { startLocalEcr } from '../../../sandbox/ecr/local-ecr.ts'
import type { LocalEcr, LocalEcrOptions } from '../../../sandbox/ecr/local-ecr.ts'
import { pushTinyImage } from '../../support/tiny-image.ts'
import type { TinyImage, TinyImageOptions } from '../../support/tiny-image.ts'

/** A local ECR with a clock to turn, and the AWS SDK's client on it. */
export interface Fixture {
  readonly ecr: LocalEcr
  readonly client: ECRClient
  /** What the local ECR takes for the time; milliseconds since 1970. */
  time: number
  /** Creates a repository with a name of its own and gives the name back. */
  createRepository(settings?: Partial<CreateRepositoryCommandInput>): Promise<string>
  /** The value of an Authorization header for `/v2`. */
  authorization(): Promise<string>
  /** Pushes a tiny image through `/v2`. */
  push(repository: string, tag?: string, options?: Partial<TinyImageOptions>): Promise<TinyImage>
  /** Gives an image another tag, as publishers do: BatchGetImage, then PutImage of the same bytes. */
  retag(repositoryName: string, from: ImageIdentifier, imageTag: string): Promise<void>
  stop(): Promise<void>
}

export async function startFixture(options: Partial<LocalEcrOptions> = {}): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'local-ecr-'))
  const clock = () => new Date(fixture.time)
  const ecr = await startLocalEcr({ folder, clock, ...options })
  const client = ecrClient(ecr)
  let repositories = 0
  const fixture: Fixture = {
    ecr,
    client,
    time: Date.parse('2026-11-23T12:00:00Z'),
    async createRepository(settings = {}) {
      repositories += 1
      const repositoryName = `platform/dotnet-${String(repositories)}`
      await client.send(new CreateRepositoryCommand({ repositoryName, ...settings }))
      return repositoryName
    },
    async authorization() {
      const { authorizationData = [] } = await client.send(new GetAuthorizationTokenCommand({}))
      return `Basic ${String(authorizationData[0]?.authorizationToken)}`
    },
    async push(repository, tag, options = {}) {
      const target = { registry: ecr.endpoint, authorization: await fixture.authorization(), repository }
      return pushTinyImage({ ...target, ...(tag === undefined ? {} : { tag }), ...options })
    },
    async retag(repositoryName, from, imageTag) {
      const { images } = await client.send(new BatchGetImageCommand({ repositoryName, imageIds: [from] }))
      const { imageManifest, imageManifestMediaType, imageId } = images?.[0] ?? {}
      const bytes = { imageManifest, imageManifestMediaType, imageDigest: imageId?.imageDigest }
      await client.send(new PutImageCommand({ repositoryName, imageTag, ...bytes }))
    },
    async stop() {
      client.destroy()
      await ecr.stop()
      await rm(folder, { recursive: true })
    },
  }
  return fixture
}

/** The AWS SDK's own client, without retries so that every answer is seen. */
export function ecrClient(
  { endpoint, region, credentials }: LocalEcr,
  overrides: { credentials?: { accessKeyId: string; secretAccessKey: string }; region?: string } = {},
): ECRClient {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  return new ECRClient({ endpoint, region, credentials, maxAttempts: 1, ...overrides })
}
