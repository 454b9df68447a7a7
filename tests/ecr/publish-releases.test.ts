import assert from 'node:assert/strict'
import { DescribeRepositoriesCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ecr'
import { digestOf, parseDigest } from '../../src/model/digest.ts'
import type { RepositorySettings } from '../../src/publish/repository.ts'
import { putIndex } from '../support/tiny-image.ts'
import { type EcrUnderTest, startEcrUnderTest } from './ecr-under-test.ts'
import { rejects } from '../support/problems.ts'

function someSettings(overrides: Partial<RepositorySettings> = {}): RepositorySettings {
  return {
    tagSettings: { tags: 'movable', exceptions: ['10.0-noble-*.*'] },
    scanOnPush: true,
    resourceTags: {},
    ...overrides,
  }
}

describe('publishReleases', () => {
  let ecr: EcrUnderTest

  before(async () => {
    ecr = await startEcrUnderTest()
  })
  after(() => ecr.stop())

  it('creates a repository that scans, and keeps versions from being overwritten by a push', async () => {
    const repository = ecr.open('platform/created')

    const { details } = await repository.create(someSettings())

    assert.equal(details.uri, `${ecr.ecr.host}/platform/created`)
    await ecr.push('platform/created', '10.0-noble-1.0.0', { layers: ['one'] })
    await assert.rejects(ecr.push('platform/created', '10.0-noble-1.0.0', { layers: ['two'] }), /TAG_INVALID|400/)
  })

  it('creates a repository with a key and tags of its own', async () => {
    const encryptionKey = 'alias/platform'
    await ecr
      .open('platform/settings')
      .create(someSettings({ encryptionKey, resourceTags: { team: 'platform', cost: '' } }))

    const { repositories: [repository] = [] } = await ecr.client.send(
      new DescribeRepositoriesCommand({ repositoryNames: ['platform/settings'] }),
    )
    const { tags } = await ecr.client.send(new ListTagsForResourceCommand({ resourceArn: repository?.repositoryArn }))
    assert.deepEqual(repository?.encryptionConfiguration, { encryptionType: 'KMS', kmsKey: encryptionKey })
    assert.deepEqual(repository.imageScanningConfiguration, { scanOnPush: true })
    assert.deepEqual(tags, [
      { Key: 'team', Value: 'platform' },
      { Key: 'cost', Value: '' },
    ])
  })

  it('creates a repository without immutable tags where the region does not know that setting', async () => {
    ecr.ecr.inject({ operation: 'CreateRepository', failure: { error: 'InvalidParameterException' } })

    const { details, isNew } = await ecr.open('platform/plain').create(someSettings())

    assert.equal(isNew, true)
    assert.deepEqual(details.tagSettings, { tags: 'movable', exceptions: [] })
  })

  it("gives ECR's reason where something else is wrong with the settings", async () => {
    await rejects(ecr.open('platform/tagged').create(someSettings({ resourceTags: { 'aws:reserved': '1' } })), {
      code: 'InvalidTagParameterException',
    })
    await rejects(ecr.open('platform/keyed').create(someSettings({ encryptionKey: 'k'.repeat(2049) })), {
      code: 'InvalidParameterException',
      message: /^Cannot create the repository platform\/keyed in eu-west-1: .*kmsKey/,
    })
  })

  it('names the permission that is missing to create a repository', async () => {
    const message =
      'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecr:CreateRepository on resource: *'
    ecr.ecr.inject({ operation: 'CreateRepository', failure: { error: 'AccessDeniedException', message } })

    await rejects(ecr.open('platform/denied').create(someSettings()), {
      message: /^Cannot create the repository platform\/denied .* Allow ecr:CreateRepository in the policies/,
    })
  })

  it('fetches the bytes once for all the tags that they get', async () => {
    const name = await ecr.createRepository()
    const { digest } = await ecr.push(name, '1.0.0')
    const repository = ecr.open(name)
    ecr.asked()

    for (const tag of ['a', 'b', 'c']) await repository.pointTag(tag, parseDigest(digest))

    assert.deepEqual(ecr.asked(), ['BatchGetImage', 'PutImage', 'PutImage', 'PutImage'])
  })

  it('gives the configuration of the only image in an index', async () => {
    const name = await ecr.createRepository()
    const target = { registry: ecr.ecr.endpoint, authorization: await ecr.authorization(), repository: name }
    const only = await ecr.push(name, 'only')
    const { digest } = await putIndex({ ...target, tag: 'index', images: [only] })
    const repository = ecr.open(name)

    assert.equal(
      await repository.readConfigDigest(parseDigest(digest)),
      await repository.readConfigDigest(parseDigest(only.digest)),
    )
  })

  it('gives no configuration of an index of several platforms', async () => {
    const name = await ecr.createRepository()
    const target = { registry: ecr.ecr.endpoint, authorization: await ecr.authorization(), repository: name }
    const images = [await ecr.push(name, 'a'), await ecr.push(name, 'b', { platform: 'linux/arm64' })]
    const { digest } = await putIndex({ ...target, tag: 'index', images })

    await rejects(ecr.open(name).readConfigDigest(parseDigest(digest)), {
      fault: { what: 'several-platforms', platforms: ['linux/amd64', 'linux/arm64/v8'] },
    })
  })

  it('names an account that is not the own one', async () => {
    const name = await ecr.createRepository()

    assert.equal(await ecr.open(name, { registryId: '999999999999' }).describe(), undefined)
    assert.notEqual(await ecr.open(name, { registryId: ecr.ecr.account }).describe(), undefined)
  })

  it('moves a tag to the very bytes that were pushed, of either format', async () => {
    const name = await ecr.createRepository()
    for (const format of ['docker', 'oci'] as const) {
      const { digest } = await ecr.push(name, format, { format, layers: [format] })

      await ecr.open(name).pointTag('moving', parseDigest(digest))

      assert.equal((await ecr.ecr.tags(name)).get('moving'), digest)
    }
  })

  it('finds a frozen tag on its image where ECR refuses it all the same', async () => {
    const name = await ecr.createRepository({ imageTagMutability: 'IMMUTABLE' })
    const { digest } = await ecr.push(name, '1.0.0')
    ecr.ecr.inject({ operation: 'PutImage', failure: { error: 'ImageTagAlreadyExistsException' } })

    assert.equal(await ecr.open(name).pointTag('1.0.0', parseDigest(digest)), 'unchanged')
  })

  describe('says of a tag that it moved where the answer got lost', () => {
    for (const imageTagMutability of ['MUTABLE', 'IMMUTABLE'] as const) {
      it(`and the SDK asked again, of ${imageTagMutability} tags`, async () => {
        const name = await ecr.createRepository({ imageTagMutability })
        const { digest } = await ecr.push(name, '1.0.0')
        const repository = ecr.open(name)
        ecr.ecr.inject({ operation: 'PutImage', failure: 'answer-lost' })
        ecr.asked()

        assert.equal(await repository.pointTag('moving', parseDigest(digest)), 'moved')
        assert.equal(ecr.asked().filter((operation) => operation === 'PutImage').length, 2)
        assert.equal(await repository.pointTag('moving', parseDigest(digest)), 'unchanged')
      })
    }

    it('and an outage was waited out', async () => {
      const name = await ecr.createRepository()
      const { digest } = await ecr.push(name, '1.0.0')
      const repository = ecr.open(name, { retries: { sleep: () => Promise.resolve() } })
      ecr.ecr.inject({ operation: 'PutImage', failure: 'answer-lost' })
      for (let nth = 0; nth < 2; nth += 1) {
        ecr.ecr.inject({ operation: 'PutImage', nth: 2, failure: { error: 'ServerException', status: 500 } })
      }

      assert.equal(await repository.pointTag('moving', parseDigest(digest)), 'moved')
    })
  })

  for (const error of ['LayersNotFoundException', 'ReferencedImagesNotFoundException']) {
    it(`gives ECR's reason where it answers ${error} to a tag`, async () => {
      const name = await ecr.createRepository()
      const { digest } = await ecr.push(name, '1.0.0')
      ecr.ecr.inject({ operation: 'PutImage', failure: { error, message: 'So it is.' } })

      await rejects(ecr.open(name).pointTag('latest', parseDigest(digest)), {
        code: error,
        message: `Cannot tag ${digest} as latest in the repository ${name} in eu-west-1: So it is.`,
      })
    })
  }

  it('points no tag to an archived image', async () => {
    const name = await ecr.createRepository()
    const { digest } = await ecr.push(name, '1.0.0')
    ecr.ecr.setStatus(name, digest, 'ARCHIVED')

    await rejects(ecr.open(name).pointTag('latest', parseDigest(digest)), { fault: { what: 'archived' } })
  })

  it('masks the token and the password before anybody gets them', async () => {
    const masked: string[] = []

    const { username, password } = await ecr.open('any', { mask: (secret) => masked.push(secret) }).credentials()

    const token = Buffer.from(`${username}:${password}`).toString('base64')
    assert.deepEqual(new Set(masked), new Set([token, password]))
  })

  it('knows where a push would go, but not to another account', async () => {
    assert.equal(await ecr.open('platform/later').expectedUri(), `${ecr.ecr.host}/platform/later`)
    assert.equal(await ecr.open('platform/later', { registryId: '999999999999' }).expectedUri(), undefined)
  })

  it('says which image is not there', async () => {
    const name = await ecr.createRepository()

    await rejects(ecr.open(name).describeImage(digestOf('gone')), {
      fault: { what: 'no-image', code: 'ImageNotFound', said: 'it is not there' },
      message: `Cannot describe ${digestOf('gone')} in the repository ${name} in eu-west-1: it is not there.`,
    })
  })
})
