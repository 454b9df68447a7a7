import assert from 'node:assert/strict'
import { BatchGetImageCommand, DescribeImagesCommand } from '@aws-sdk/client-ecr'
import type { ImageStatusFilter } from '@aws-sdk/client-ecr'
import { startFixture } from './local-ecr-fixture.ts'
import type { Fixture } from './local-ecr-fixture.ts'

describe('what the local ECR keeps without its bytes', () => {
  let fixture: Fixture

  before(async () => {
    fixture = await startFixture()
  })
  after(() => fixture.stop())

  async function listed(repositoryName: string, imageStatus?: ImageStatusFilter): Promise<unknown[]> {
    const filter = { tagStatus: 'TAGGED' as const, imageStatus }
    const { imageDetails = [] } = await fixture.client.send(new DescribeImagesCommand({ repositoryName, filter }))
    return imageDetails.map(({ imageTags, imageStatus }) => [imageTags, imageStatus])
  }

  describe('setStatus', () => {
    it('lists an archived image only where it is asked for', async () => {
      const repositoryName = await fixture.createRepository()
      const { digest } = await fixture.push(repositoryName, '1.0.0')

      fixture.ecr.setStatus(repositoryName, digest, 'ARCHIVED')

      assert.deepEqual(await listed(repositoryName), [])
      assert.deepEqual(await listed(repositoryName, 'ACTIVE'), [])
      assert.deepEqual(await listed(repositoryName, 'ARCHIVED'), [[['1.0.0'], 'ARCHIVED']])
      assert.deepEqual(await listed(repositoryName, 'ANY'), [[['1.0.0'], 'ARCHIVED']])
    })

    it('gives the bytes of an archived image to nobody', async () => {
      const repositoryName = await fixture.createRepository()
      const { digest } = await fixture.push(repositoryName, '1.0.0')
      fixture.ecr.setStatus(repositoryName, digest, 'ARCHIVED')

      const { failures } = await fixture.client.send(
        new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: '1.0.0' }] }),
      )
      const headers = { authorization: await fixture.authorization() }
      const statuses = ['1.0.0', digest].map(async (reference) => {
        const address = `${fixture.ecr.endpoint}/v2/${repositoryName}/manifests/${reference}`
        return (await fetch(address, { headers })).status
      })

      assert.deepEqual(
        failures?.map(({ failureCode }) => failureCode),
        ['ImageNotFound'],
      )
      assert.deepEqual(await Promise.all(statuses), [404, 404])
    })

    it('is undone by pushing the image once more', async () => {
      const repositoryName = await fixture.createRepository()
      const { digest } = await fixture.push(repositoryName, '1.0.0')
      fixture.ecr.setStatus(repositoryName, digest, 'ARCHIVED')

      await fixture.push(repositoryName, '1.0.0')

      assert.deepEqual(await listed(repositoryName), [[['1.0.0'], 'ACTIVE']])
    })

    it('refuses an image that is not there', async () => {
      const repositoryName = await fixture.createRepository()

      assert.throws(
        () => {
          fixture.ecr.setStatus(repositoryName, 'sha256:0', 'ARCHIVED')
        },
        { name: 'ImageNotFoundException' },
      )
    })
  })

  describe('seed', () => {
    it('adds images that are listed, and that the registry behind does not have', async () => {
      const repositoryName = await fixture.createRepository()
      const pushedAt = new Date('2026-01-01T00:00:00Z')

      fixture.ecr.seed(repositoryName, [{ digest: `sha256:${'a'.repeat(64)}`, tags: ['1.0.0', 'latest'], pushedAt }])

      assert.deepEqual(await listed(repositoryName), [[['1.0.0', 'latest'], 'ACTIVE']])
      assert.deepEqual(await fixture.ecr.tags(repositoryName), new Map())
    })
  })
})
