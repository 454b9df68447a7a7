import assert from 'node:assert/strict'
import { digestOf, parseDigest } from '../../src/model/digest.ts'
import { type EcrUnderTest, startEcrUnderTest } from './ecr-under-test.ts'

describe('publishReleases', () => {
  let ecr: EcrUnderTest

  before(async () => {
    ecr = await startEcrUnderTest()
  })
  after(() => ecr.stop())

  it('creates a repository that scans, and keeps versions from being overwritten by a push', async () => {
    const repository = ecr.open('platform/created')

    const { uri } = await repository.create({ scanOnPush: true, immutableTags: '10.0-noble-*.*' })

    assert.equal(uri, `${ecr.ecr.host}/platform/created`)
    await ecr.push('platform/created', '10.0-noble-1.0.0', { layers: ['one'] })
    await assert.rejects(ecr.push('platform/created', '10.0-noble-1.0.0', { layers: ['two'] }), /TAG_INVALID|400/)
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

  it('points no tag to an archived image', async () => {
    const name = await ecr.createRepository()
    const { digest } = await ecr.push(name, '1.0.0')
    ecr.ecr.setStatus(name, digest, 'ARCHIVED')

    await assert.rejects(ecr.open(name).pointTag('latest', parseDigest(digest)), { code: 'ImageArchived' })
  })

  it('masks the token and the password before anybody gets them', async () => {
    const masked: string[] = []

    const { username, password } = await ecr.open('any', { mask: (secret) => masked.push(secret) }).credentials()

    const token = Buffer.from(`${username}:${password}`).toString('base64')
    assert.deepEqual(new Set(masked), new Set([token, password]))
  })

  it('says which image is not there', async () => {
    const name = await ecr.createRepository()

    await assert.rejects(ecr.open(name).pushedAt(digestOf('gone')), {
      code: 'ImageNotFoundException',
      message: `${digestOf('gone')} is not in the repository ${name} in eu-west-1.`,
    })
  })
})
