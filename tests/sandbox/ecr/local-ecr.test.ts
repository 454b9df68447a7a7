import assert from 'node:assert/strict'
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  ListTagsForResourceCommand,
  paginateDescribeRepositories,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr'
import type { CreateRepositoryCommandInput } from '@aws-sdk/client-ecr'
import { ecrClient, startFixture } from './local-ecr-fixture.ts'
import type { Fixture } from './local-ecr-fixture.ts'

describe('startLocalEcr', () => {
  let fixture: Fixture

  before(async () => {
    fixture = await startFixture()
  })
  after(() => fixture.stop())

  describe('CreateRepository', () => {
    it('gives a repository the defaults of ECR', async () => {
      const { repository } = await fixture.client.send(new CreateRepositoryCommand({ repositoryName: 'defaults' }))

      assert.deepEqual(repository, {
        repositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/defaults',
        registryId: '123456789012',
        repositoryName: 'defaults',
        repositoryUri: `${fixture.ecr.host}/defaults`,
        createdAt: new Date(fixture.time),
        imageTagMutability: 'MUTABLE',
        imageScanningConfiguration: { scanOnPush: false },
        encryptionConfiguration: { encryptionType: 'AES256' },
      })
    })

    it('keeps all settings that it is given', async () => {
      const settings: CreateRepositoryCommandInput = {
        repositoryName: 'platform/aspnet',
        imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: '10.0-noble-*.*' }],
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/images' },
      }
      const tags = [{ Key: 'team', Value: 'platform' }]

      const { repository } = await fixture.client.send(new CreateRepositoryCommand({ ...settings, tags }))

      assert.deepEqual({ ...repository, ...settings }, repository)
      const resourceArn = repository?.repositoryArn
      const listed = await fixture.client.send(new ListTagsForResourceCommand({ resourceArn }))
      assert.deepEqual(listed.tags, tags)
    })

    it('refuses a name that is taken', async () => {
      const repositoryName = await fixture.createRepository()

      await assert.rejects(fixture.client.send(new CreateRepositoryCommand({ repositoryName })), {
        name: 'RepositoryAlreadyExistsException',
        message: `The repository with name '${repositoryName}' already exists in the registry with id '123456789012'`,
      })
    })

    const filters = (...values: string[]) => ({
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION' as const,
      imageTagMutabilityExclusionFilters: values.map((filter) => ({ filterType: 'WILDCARD' as const, filter })),
    })
    const refused: [string, Partial<CreateRepositoryCommandInput>, string][] = [
      ['an upper case name', { repositoryName: 'Platform' }, 'InvalidParameterException'],
      ['a name of one letter', { repositoryName: 'a' }, 'InvalidParameterException'],
      ['a name that ends in a slash', { repositoryName: 'platform/' }, 'InvalidParameterException'],
      ['no name', { repositoryName: undefined }, 'InvalidParameterException'],
      ['three wildcards in a filter', filters('*.*.*'), 'InvalidParameterException'],
      ['a slash in a filter', filters('a/b'), 'InvalidParameterException'],
      ['six filters', filters('1', '2', '3', '4', '5', '6'), 'InvalidParameterException'],
      [
        'filters without the mode for them',
        { ...filters('1'), imageTagMutability: 'IMMUTABLE' },
        'InvalidParameterException',
      ],
      ['the mode without filters', { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }, 'InvalidParameterException'],
      ['an unknown mode', { imageTagMutability: 'FROZEN' as never }, 'InvalidParameterException'],
      ['a registry id of letters', { registryId: 'mine' }, 'InvalidParameterException'],
      ['the registry of somebody else', { registryId: '210987654321' }, 'AccessDeniedException'],
      ['a tag of AWS', { tags: [{ Key: 'aws:team', Value: '' }] }, 'InvalidTagParameterException'],
      [
        'too many tags',
        { tags: Array.from({ length: 51 }, (_, at) => ({ Key: `k${String(at)}`, Value: '' })) },
        'TooManyTagsException',
      ],
    ]
    for (const [what, settings, name] of refused) {
      it(`refuses ${what}`, async () => {
        const command = new CreateRepositoryCommand({ repositoryName: 'refused', ...settings })

        await assert.rejects(fixture.client.send(command), { name })
      })
    }

    it('words a broken constraint as ECR does', async () => {
      await assert.rejects(fixture.client.send(new CreateRepositoryCommand({ repositoryName: 'a' })), {
        name: 'InvalidParameterException',
        message:
          "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must have length greater than or equal to 2'",
      })
    })
  })

  describe('DescribeRepositories', () => {
    it('describes the repositories that are named', async () => {
      const repositoryName = await fixture.createRepository()

      const { repositories } = await fixture.client.send(
        new DescribeRepositoriesCommand({ repositoryNames: [repositoryName], registryId: '123456789012' }),
      )

      assert.deepEqual(
        repositories?.map((repository) => repository.repositoryName),
        [repositoryName],
      )
    })

    it('answers 400 RepositoryNotFoundException for one that does not exist', async () => {
      const command = new DescribeRepositoriesCommand({ repositoryNames: ['absent'] })

      await assert.rejects(fixture.client.send(command), (error: Error & { $metadata: { httpStatusCode: number } }) => {
        assert.equal(error.name, 'RepositoryNotFoundException')
        assert.equal(
          error.message,
          "The repository with name 'absent' does not exist in the registry with id '123456789012'",
        )
        assert.equal(error.$metadata.httpStatusCode, 400)
        return true
      })
    })

    it('knows nothing of the registry of another account', async () => {
      const repositoryName = await fixture.createRepository()
      const command = new DescribeRepositoriesCommand({ repositoryNames: [repositoryName], registryId: '210987654321' })

      await assert.rejects(fixture.client.send(command), { name: 'RepositoryNotFoundException' })
    })

    it('pages through all repositories', async () => {
      const created = [
        await fixture.createRepository(),
        await fixture.createRepository(),
        await fixture.createRepository(),
      ]

      const names: unknown[] = []
      for await (const page of paginateDescribeRepositories({ client: fixture.client, pageSize: 2 }, {})) {
        assert.ok((page.repositories ?? []).length <= 2)
        names.push(...(page.repositories ?? []).map((repository) => repository.repositoryName))
      }

      assert.equal(new Set(names).size, names.length)
      assert.deepEqual(
        created.filter((name) => !names.includes(name)),
        [],
      )
    })
  })

  describe('PutImageTagMutability', () => {
    it('changes the setting of a repository', async () => {
      const repositoryName = await fixture.createRepository()
      const setting = {
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' as const,
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD' as const, filter: 'latest' }],
      }

      await fixture.client.send(new PutImageTagMutabilityCommand({ repositoryName, ...setting }))

      const described = await fixture.client.send(
        new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
      )
      const [repository] = described.repositories ?? []
      assert.deepEqual({ ...repository, ...setting }, repository)
    })
  })

  describe('GetAuthorizationToken', () => {
    it('gives out a token for the user AWS that ends in twelve hours', async () => {
      const { authorizationData: [data] = [] } = await fixture.client.send(new GetAuthorizationTokenCommand({}))

      assert.match(Buffer.from(String(data?.authorizationToken), 'base64').toString(), /^AWS:.{100,}$/)
      assert.equal(data?.expiresAt?.getTime(), fixture.time + 12 * 60 * 60 * 1000)
      assert.equal(data.proxyEndpoint, fixture.ecr.endpoint)
    })
  })

  describe('credentials', () => {
    const cases = [
      {
        what: 'an unknown access key',
        overrides: { credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } },
        error: {
          name: 'UnrecognizedClientException',
          message: 'The security token included in the request is invalid.',
        },
      },
      {
        what: 'a wrong secret',
        overrides: { credentials: { accessKeyId: 'AKIALOCALECRSANDBOX0', secretAccessKey: 'wrong' } },
        error: { name: 'InvalidSignatureException' },
      },
      {
        what: 'a signature for another region',
        overrides: { region: 'us-east-1' },
        error: { name: 'InvalidSignatureException', message: 'Credential should be scoped to a valid region.' },
      },
    ]
    for (const { what, overrides, error } of cases) {
      it(`refuses ${what}`, async () => {
        const client = ecrClient(fixture.ecr, overrides)

        await assert.rejects(client.send(new DescribeRepositoriesCommand({})), error)
      })
    }

    it('refuses a request without a signature', async () => {
      const response = await fetch(fixture.ecr.endpoint, {
        method: 'POST',
        headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories' },
        body: '{}',
      })

      assert.equal(response.status, 400)
      assert.deepEqual(await response.json(), {
        __type: 'MissingAuthenticationTokenException',
        message: 'Missing Authentication Token',
      })
    })
  })

  describe('requests', () => {
    it('records every request with its status', async () => {
      const start = fixture.ecr.requests.length

      const repositoryName = await fixture.createRepository()
      await fetch(`${fixture.ecr.endpoint}/v2/${repositoryName}/tags/list?n=1`)

      assert.deepEqual(fixture.ecr.requests.slice(start), [
        { operation: 'CreateRepository', status: 200 },
        { operation: `GET /v2/${repositoryName}/tags/list`, status: 401 },
      ])
    })
  })

  describe('inject', () => {
    it('lets the nth request of an operation fail, once', async () => {
      fixture.ecr.inject({ operation: 'DescribeRepositories', nth: 2, failure: { error: 'ThrottlingException' } })
      const describe = () => fixture.client.send(new DescribeRepositoriesCommand({}))

      await describe()
      await assert.rejects(describe(), { name: 'ThrottlingException' })
      await describe()
    })

    it('calls a fault off', async () => {
      const callOff = fixture.ecr.inject({ operation: '*', failure: 'connection-reset' })

      callOff()
      callOff()

      await fixture.client.send(new DescribeRepositoriesCommand({}))
    })

    it('cuts a connection without an answer', async () => {
      fixture.ecr.inject({ operation: 'GET /v2/*', failure: 'connection-reset' })

      await assert.rejects(fetch(`${fixture.ecr.endpoint}/v2/`), { name: 'TypeError' })

      assert.deepEqual(fixture.ecr.requests.at(-1), { operation: 'GET /v2/', status: 0 })
    })

    it('loses an answer after all was done, and says when', async () => {
      const repositoryName = await fixture.createRepository()
      const heard: string[] = []
      const onStrike = () => heard.push('struck')
      fixture.ecr.inject({ operation: 'PUT /v2/*', failure: 'answer-lost', onStrike, nth: 3 })

      await assert.rejects(fixture.push(repositoryName, '1.0.0'), { name: 'TypeError' })

      assert.deepEqual([...(await fixture.ecr.tags(repositoryName)).keys()], ['1.0.0'])
      assert.deepEqual(heard, ['struck'])
      assert.equal(fixture.ecr.requests.at(-1)?.status, 0)
    })

    it('loses the answer to a call of the API', async () => {
      fixture.ecr.inject({ operation: 'CreateRepository', failure: 'answer-lost' })

      await assert.rejects(fixture.client.send(new CreateRepositoryCommand({ repositoryName: 'platform/lost' })))

      await fixture.client.send(new DescribeRepositoriesCommand({ repositoryNames: ['platform/lost'] }))
    })

    it('cuts a connection in the middle of a layer, which comes to nothing', async () => {
      const repositoryName = await fixture.createRepository()
      fixture.ecr.inject({ operation: 'PUT /v2/*/blobs/*', failure: { cutAfter: 10 } })

      await assert.rejects(fixture.push(repositoryName, '1.0.0', { layers: ['x'.repeat(100_000)] }), {
        name: 'TypeError',
      })

      assert.deepEqual(await fixture.ecr.tags(repositoryName), new Map())
    })

    it('answers in the words of the registry protocol at /v2', async () => {
      fixture.ecr.inject({ operation: 'GET /v2/', failure: { error: 'TOOMANYREQUESTS', message: 'slow', status: 429 } })

      const response = await fetch(`${fixture.ecr.endpoint}/v2/`)

      assert.equal(response.status, 429)
      assert.deepEqual(await response.json(), { errors: [{ code: 'TOOMANYREQUESTS', message: 'slow' }] })
    })
  })
})

describe('startLocalEcr that plays every registry', () => {
  let fixture: Fixture

  before(async () => {
    fixture = await startFixture({ playsEveryRegistry: true })
  })
  after(() => fixture.stop())

  it('is the registry of whatever account and region it is asked as', async () => {
    const client = ecrClient(fixture.ecr, { region: 'us-east-1' })
    const registryId = '210987654321'

    const { repository } = await client.send(
      new CreateRepositoryCommand({ registryId, repositoryName: 'platform/any' }),
    )
    const listed = await client.send(new DescribeRepositoriesCommand({ registryId, repositoryNames: ['platform/any'] }))
    client.destroy()

    assert.equal(repository?.registryId, registryId)
    assert.equal(repository.repositoryArn, 'arn:aws:ecr:us-east-1:210987654321:repository/platform/any')
    assert.deepEqual(listed.repositories, [repository])
    await fixture.push('platform/any', '1.0.0')
    assert.ok((await fixture.ecr.tags('platform/any')).has('1.0.0'))
  })

  it('still refuses whom it does not know', async () => {
    const credentials = { ...fixture.ecr.credentials, secretAccessKey: 'another' }
    const client = ecrClient(fixture.ecr, { region: 'us-east-1', credentials })

    await assert.rejects(client.send(new DescribeRepositoriesCommand({})), { name: 'InvalidSignatureException' })
    client.destroy()
  })
})
