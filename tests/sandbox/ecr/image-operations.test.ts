import assert from 'node:assert/strict'
import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  GetDownloadUrlForLayerCommand,
  ListImagesCommand,
  paginateDescribeImages,
} from '@aws-sdk/client-ecr'
import type { ImageDetail, ImageIdentifier } from '@aws-sdk/client-ecr'
import { putIndex, sha256 } from '../../support/tiny-image.ts'
import { startFixture } from './local-ecr-fixture.ts'
import type { Fixture } from './local-ecr-fixture.ts'

describe('what the local ECR says of images', () => {
  let fixture: Fixture

  before(async () => {
    fixture = await startFixture()
  })
  after(() => fixture.stop())

  async function describeImages(repositoryName: string, imageIds?: ImageIdentifier[]): Promise<ImageDetail[]> {
    const { imageDetails = [] } = await fixture.client.send(new DescribeImagesCommand({ repositoryName, imageIds }))
    return imageDetails
  }

  describe('DescribeImages', () => {
    it('describes an image that was pushed through /v2', async () => {
      const repositoryName = await fixture.createRepository()
      const image = await fixture.push(repositoryName, '1.0.0', { layers: ['a', 'b'] })

      const [described] = await describeImages(repositoryName)

      assert.ok((described?.imageSizeInBytes ?? 0) > 0)
      assert.deepEqual(described, {
        registryId: '123456789012',
        repositoryName,
        imageDigest: image.digest,
        imageTags: ['1.0.0'],
        imageSizeInBytes: described?.imageSizeInBytes,
        imagePushedAt: new Date(fixture.time),
        imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        artifactMediaType: 'application/vnd.docker.container.image.v1+json',
        imageStatus: 'ACTIVE',
      })
    })

    it('keeps the push date of a digest when it gets another tag', async () => {
      const repositoryName = await fixture.createRepository()
      const pushedAt = new Date(fixture.time)
      const { digest } = await fixture.push(repositoryName, '1.0.0')

      fixture.time += 60_000
      await fixture.retag(repositoryName, { imageTag: '1.0.0' }, 'latest')

      const described = await describeImages(repositoryName)
      assert.deepEqual(
        described.map(({ imageDigest, imageTags, imagePushedAt }) => ({ imageDigest, imageTags, imagePushedAt })),
        [{ imageDigest: digest, imageTags: ['1.0.0', 'latest'], imagePushedAt: pushedAt }],
      )
    })

    it('gives no imageTags at all for an image that lost its tag', async () => {
      const repositoryName = await fixture.createRepository()
      const old = await fixture.push(repositoryName, 'latest', { layers: ['old'] })
      await fixture.push(repositoryName, 'latest', { layers: ['new'] })

      const [described] = await describeImages(repositoryName, [{ imageDigest: old.digest }])

      assert.equal(described?.imageDigest, old.digest)
      assert.equal('imageTags' in described, false)
    })

    it('filters by tag status', async () => {
      const repositoryName = await fixture.createRepository()
      const untagged = await fixture.push(repositoryName, undefined, { layers: ['untagged'] })
      const tagged = await fixture.push(repositoryName, '1.0.0', { layers: ['tagged'] })

      const describe = async (tagStatus: 'TAGGED' | 'UNTAGGED' | 'ANY') => {
        const command = new DescribeImagesCommand({ repositoryName, filter: { tagStatus } })
        const { imageDetails = [] } = await fixture.client.send(command)
        return imageDetails.map(({ imageDigest }) => imageDigest)
      }

      assert.deepEqual(await describe('TAGGED'), [tagged.digest])
      assert.deepEqual(await describe('UNTAGGED'), [untagged.digest])
      assert.deepEqual(await describe('ANY'), [tagged.digest, untagged.digest].sort())
    })

    it('pages through all images', async () => {
      const repositoryName = await fixture.createRepository()
      const pushed = await Promise.all(
        ['1', '2', '3', '4', '5'].map((tag) => fixture.push(repositoryName, tag, { layers: [tag] })),
      )

      const pages: number[] = []
      const found: unknown[] = []
      const paginator = paginateDescribeImages({ client: fixture.client, pageSize: 2 }, { repositoryName })
      for await (const { imageDetails = [] } of paginator) {
        pages.push(imageDetails.length)
        found.push(...imageDetails.map(({ imageDigest }) => imageDigest))
      }

      assert.deepEqual(pages, [2, 2, 1])
      assert.deepEqual(found, pushed.map(({ digest }) => digest).sort())
    })

    it('describes an index with the size of its largest child', async () => {
      const repositoryName = await fixture.createRepository()
      const images = [
        await fixture.push(repositoryName, undefined, { platform: 'linux/amd64', layers: ['a'] }),
        await fixture.push(repositoryName, undefined, { platform: 'linux/arm64/v8', layers: ['a', 'b'] }),
      ]
      const authorization = await fixture.authorization()

      const index = await putIndex({
        registry: fixture.ecr.endpoint,
        authorization,
        repository: repositoryName,
        tag: 'multi',
        images,
      })

      const [described] = await describeImages(repositoryName, [{ imageTag: 'multi' }])
      const [largest] = await describeImages(repositoryName, [{ imageDigest: String(images[1]?.digest) }])
      const { imageDigest, imageManifestMediaType, imageSizeInBytes } = described ?? {}
      assert.deepEqual({ digest: imageDigest, mediaType: imageManifestMediaType }, index)
      assert.equal(imageSizeInBytes, largest?.imageSizeInBytes)
    })

    it('fails as a whole when one of the named images is missing', async () => {
      const repositoryName = await fixture.createRepository()
      await fixture.push(repositoryName, '1.0.0')

      await assert.rejects(describeImages(repositoryName, [{ imageTag: '1.0.0' }, { imageTag: 'latest' }]), {
        name: 'ImageNotFoundException',
        message: `The image with imageId {imageDigest:'null', imageTag:'latest'} does not exist within the repository with name '${repositoryName}' in the registry with id '123456789012'`,
      })
    })

    const refused = [
      { what: 'names and paging together', request: { imageIds: [{ imageTag: 'a' }], maxResults: 5 } },
      { what: 'a page of more than a thousand', request: { maxResults: 1001 } },
      { what: 'an empty page', request: { maxResults: 0 } },
      { what: 'a token that it did not give out', request: { nextToken: 'made-up' } },
      {
        what: 'more than a hundred names',
        request: { imageIds: Array.from({ length: 101 }, () => ({ imageTag: 'a' })) },
      },
    ]
    for (const { what, request } of refused) {
      it(`refuses ${what}`, async () => {
        const repositoryName = await fixture.createRepository()

        await assert.rejects(fixture.client.send(new DescribeImagesCommand({ repositoryName, ...request })), {
          name: 'InvalidParameterException',
        })
      })
    }

    it('answers RepositoryNotFoundException where there is no repository', async () => {
      await assert.rejects(describeImages('absent'), { name: 'RepositoryNotFoundException' })
    })
  })

  describe('ListImages', () => {
    it('lists an id for every tag and for every untagged image', async () => {
      const repositoryName = await fixture.createRepository()
      const tagged = await fixture.push(repositoryName, '1.0.0', { layers: ['tagged'] })
      const untagged = await fixture.push(repositoryName, undefined, { layers: ['untagged'] })
      await fixture.retag(repositoryName, { imageTag: '1.0.0' }, 'latest')

      const { imageIds = [] } = await fixture.client.send(new ListImagesCommand({ repositoryName }))

      const listed = imageIds.map(({ imageDigest, imageTag }) => `${String(imageDigest)} ${imageTag ?? '-'}`)
      const expected = [`${tagged.digest} 1.0.0`, `${tagged.digest} latest`, `${untagged.digest} -`]
      assert.deepEqual(listed.sort(), expected.sort())
    })
  })

  describe('BatchGetImage', () => {
    it('gives back the bytes that were pushed', async () => {
      const repositoryName = await fixture.createRepository()
      const image = await fixture.push(repositoryName, '1.0.0', { format: 'oci' })

      const { images } = await fixture.client.send(
        new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: '1.0.0' }] }),
      )

      assert.deepEqual(images?.[0]?.imageId, { imageDigest: image.digest, imageTag: '1.0.0' })
      assert.equal(images[0].imageManifestMediaType, 'application/vnd.oci.image.manifest.v1+json')
      assert.equal(Buffer.byteLength(String(images[0].imageManifest)), image.size)
    })

    it('reports every image that it cannot give, beside those that it can', async () => {
      const repositoryName = await fixture.createRepository()
      await fixture.push(repositoryName, '1.0.0')
      const other = `sha256:${'0'.repeat(64)}`
      const imageIds = [
        { imageTag: '1.0.0' },
        { imageTag: 'latest' },
        { imageDigest: other },
        { imageDigest: 'not-a-digest' },
        { imageDigest: other, imageTag: '1.0.0' },
        {},
      ]

      const { images, failures } = await fixture.client.send(new BatchGetImageCommand({ repositoryName, imageIds }))

      assert.equal(images?.length, 1)
      assert.deepEqual(
        failures?.map(({ failureCode }) => failureCode),
        ['ImageNotFound', 'ImageNotFound', 'InvalidImageDigest', 'ImageTagDoesNotMatchDigest', 'MissingDigestAndTag'],
      )
      assert.deepEqual(failures[0], {
        imageId: { imageTag: 'latest' },
        failureCode: 'ImageNotFound',
        failureReason: 'Requested image not found',
      })
    })
  })

  describe('GetDownloadUrlForLayer', () => {
    it('gives an address that works without credentials, and with none only', async () => {
      const repositoryName = await fixture.createRepository()
      const { configDigest } = await fixture.push(repositoryName, '1.0.0', { labels: { line: 'aspnet' } })

      const { downloadUrl = '' } = await fixture.client.send(
        new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: configDigest }),
      )

      const response = await fetch(downloadUrl)
      assert.equal(sha256(Buffer.from(await response.arrayBuffer())), configDigest)
      const authorization = await fixture.authorization()
      assert.equal((await fetch(downloadUrl, { headers: { authorization } })).status, 400)
    })

    it('gives an address that ends after an hour and is good for one layer only', async () => {
      const repositoryName = await fixture.createRepository()
      const { configDigest, layerDigests } = await fixture.push(repositoryName, '1.0.0')
      const { downloadUrl = '' } = await fixture.client.send(
        new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: configDigest }),
      )

      const ofAnother = await fetch(downloadUrl.replace(configDigest, String(layerDigests[0])))
      fixture.time += 60 * 60 * 1000
      const expired = await fetch(downloadUrl)

      assert.deepEqual([ofAnother.status, expired.status], [403, 403])
    })

    it('answers LayersNotFoundException for a layer that the repository does not have', async () => {
      const repositoryName = await fixture.createRepository()
      const layerDigest = `sha256:${'0'.repeat(64)}`

      await assert.rejects(fixture.client.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest })), {
        name: 'LayersNotFoundException',
      })
    })
  })
})
