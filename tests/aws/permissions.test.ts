import assert from 'node:assert/strict'
import { actionOf } from '../../sandbox/ecr/actions.ts'
import { identities } from '../../sandbox/iam/identities.ts'
import { parsePolicies } from '../../sandbox/iam/policy.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { ecrRepository } from '../../src/ecr/ecr-repository.ts'
import { parseDigest } from '../../src/model/digest.ts'
import { rehearsePublish } from '../../src/publish/rehearse-publish.ts'
import { type Fixture, startFixture } from '../sandbox/ecr/local-ecr-fixture.ts'
import { aLocalImage, aPublishRequest } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { actionsIn, documentedPolicy, section } from '../support/documented-policies.ts'
import { rejects } from '../support/problems.ts'
import { pushTinyImage } from '../support/tiny-image.ts'

const repositoryName = 'platform/aspnet'
const settings = {
  tagSettings: { tags: 'movable', exceptions: ['10.0-*.*'] },
  scanOnPush: true,
  resourceTags: { team: 'platform' },
} as const
const tag = '10.0-noble-1.0.0'

/** The repository as a role with these policies of the page sees it. */
type As = (...policies: Parameters<typeof documentedPolicy>[0][]) => ReturnType<typeof ecrRepository>

describe('docs/aws-permissions.md', () => {
  const known = identities()
  let fixture: Fixture
  let seen = 0

  before(async () => {
    fixture = await startFixture({ identities: known })
    process.env.AWS_ENDPOINT_URL_ECR = fixture.ecr.endpoint
  })
  after(async () => {
    delete process.env.AWS_ENDPOINT_URL_ECR
    await fixture.stop()
  })

  const as: As = (...policies) => withPolicies(...policies.map(documentedPolicy))
  function withPolicies(...documents: readonly string[]): ReturnType<As> {
    const expiration = new Date(Date.now() + 3_600_000)
    const policy = parsePolicies(...documents)
    const key = known.openSession({ arn: 'arn:aws:sts::123456789012:assumed-role/ci/7', expiration, policy })
    return ecrRepository({
      repositoryName,
      region: fixture.ecr.region,
      credentials: { kind: 'static', ...key },
      http: httpClient(),
      mask: () => undefined,
    })
  }
  /** The actions of everything that was asked since the last call of this, sorted. */
  function asked(): readonly string[] {
    const actions = fixture.ecr.requests.slice(seen).flatMap(({ operation }) => actionOf(operation) ?? [])
    seen = fixture.ecr.requests.length
    return [...new Set(actions)].sort()
  }
  async function push(repository: ReturnType<As>): Promise<string> {
    const { username, password } = await repository.credentials()
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const target = { registry: fixture.ecr.endpoint, repository: repositoryName, tag, authorization }
    return (await pushTinyImage(target)).digest
  }

  it('allows what creating a repository asks for, and no more', async () => {
    await as('create').create(settings)

    assert.deepEqual([...asked(), 'ecr:TagResource'].sort(), actionsIn(documentedPolicy('create')))
  })

  it('allows what publishing asks for, and no more', async () => {
    const repository = as('publish')
    await repository.describe()
    const digest = parseDigest(await push(repository))
    await repository.tags()
    await repository.readConfig(digest)
    await repository.pointTag('latest', digest)

    // An engine asks for a layer before it uploads it, and uploads it in parts; the tiny image is sent at once.
    const ofEngines = ['ecr:BatchCheckLayerAvailability', 'ecr:UploadLayerPart']
    assert.deepEqual([...asked(), ...ofEngines].sort(), actionsIn(documentedPolicy('publish')))
  })

  it('allows what a check asks for, and no more', async () => {
    const repository = as('check')
    const listing = await repository.list()
    const digest = listing?.tags.get(tag)
    assert.ok(digest !== undefined)
    await repository.readConfig(digest)
    await repository.isFrozen('latest')

    assert.deepEqual(asked(), actionsIn(documentedPolicy('check')))
  })

  it('lets a check rehearse a publish', async () => {
    const store = { inspect: () => Promise.resolve(aLocalImage()), load: () => Promise.resolve([]) }
    const request = { ...aPublishRequest({ image: 'aspnet:1' }), version: undefined }

    const told = await rehearsePublish(request, { repository: as('check'), store, log: capturedLog() })

    assert.equal(told.moves.at(-1)?.tag, '10.0-noble-current')
    const allowed = actionsIn(documentedPolicy('check'))
    for (const action of asked()) assert.ok(allowed.includes(action), action)
  })

  it('does not let a check publish, in words that name action, resource and role', async () => {
    const repository = as('check', 'base')

    await assert.rejects(push(repository), /403/)
    await rejects(repository.create(settings), {
      code: 'AccessDeniedException',
      message:
        'Cannot create the repository platform/aspnet in eu-west-1: User: arn:aws:sts::123456789012:assumed-role/ci/7 is not authorized to perform: ecr:CreateRepository on resource: arn:aws:ecr:eu-west-1:123456789012:repository/platform/aspnet because no identity-based policy allows the ecr:CreateRepository action. Allow ecr:CreateRepository in the policies of that role or user.',
    })
  })

  it('has no word against a policy that denies, and the message says so', async () => {
    const statement = { Effect: 'Deny', Action: 'ecr:Describe*', Resource: '*' }
    const denying = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })

    await rejects(withPolicies(documentedPolicy('check'), denying).list(), {
      code: 'AccessDeniedException',
      message: new RegExp(
        String.raw`ecr:DescribeImages on resource: \S+ with an explicit deny in an identity-based policy\. Take ecr:DescribeImages out of the policy that denies it, since no other policy can allow it\.$`,
      ),
    })
  })

  it('says the same for CloudFormation and for Terraform', () => {
    const ofPublish = actionsIn(documentedPolicy('publish'))

    assert.deepEqual(actionsIn(section('CloudFormation')), ofPublish)
    assert.deepEqual(actionsIn(section('Terraform')), ofPublish)
  })
})
