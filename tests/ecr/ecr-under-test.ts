import type { Releases } from '../../src/check/releases.ts'
import { type EcrOptions, ecrRepository } from '../../src/ecr/ecr-repository.ts'
import { httpClient } from '../../src/http/http-client.ts'
import type { Repository } from '../../src/publish/repository.ts'
import { type Fixture, startFixture } from '../sandbox/ecr/local-ecr-fixture.ts'
import { type Reaction, startServer } from '../support/loopback-server.ts'

/** The adapter in front of a local ECR. */
export interface EcrUnderTest extends Fixture {
  open(repositoryName: string, overrides?: Partial<EcrOptions>): Repository & Releases
  /** The operations that were asked for since the last call of this, in order. */
  asked(): readonly string[]
  /** Runs calls against an ECR whose every answer is written by the test. */
  answeredBy<T>(answer: (body: string) => Reaction, call: () => Promise<T>): Promise<T>
}

export async function startEcrUnderTest(): Promise<EcrUnderTest> {
  const fixture = await startFixture()
  const { ecr } = fixture
  const previous = process.env.AWS_ENDPOINT_URL_ECR
  process.env.AWS_ENDPOINT_URL_ECR = ecr.endpoint
  const stopFixture = fixture.stop.bind(fixture)
  let seen = 0
  return Object.assign(fixture, {
    open: (repositoryName: string, overrides: Partial<EcrOptions> = {}) =>
      ecrRepository({
        repositoryName,
        region: ecr.region,
        credentials: { kind: 'static', ...ecr.credentials },
        http: httpClient(),
        mask: () => undefined,
        ...overrides,
      }),
    asked() {
      const operations = ecr.requests.slice(seen).map(({ operation }) => operation)
      seen = ecr.requests.length
      return operations
    },
    async answeredBy<T>(answer: (body: string) => Reaction, call: () => Promise<T>): Promise<T> {
      const server = await startServer(({ body }) => answer(body))
      process.env.AWS_ENDPOINT_URL_ECR = server.url
      try {
        return await call()
      } finally {
        process.env.AWS_ENDPOINT_URL_ECR = ecr.endpoint
        await server.stop()
      }
    },
    async stop() {
      if (previous === undefined) delete process.env.AWS_ENDPOINT_URL_ECR
      else process.env.AWS_ENDPOINT_URL_ECR = previous
      await stopFixture()
    },
  })
}

/** An answer of ECR's API. */
export function json(document: object, status = 200): Reaction {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(document) }
}
