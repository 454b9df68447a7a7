import assert from 'node:assert/strict'
import {
  BatchDeleteImageCommand,
  ListImagesCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr'
import type { ImageIdentifier } from '@aws-sdk/client-ecr'
import { putIndex } from '../../support/tiny-image.ts'
import { startFixture } from './local-ecr-fixture.ts'
import type { Fixture } from './local-ecr-fixture.ts'

describe('what the local ECR does to images', () => {
  let fixture: Fixture

  before(async () => {
    fixture = await startFixture()
  })
  after(() => fixture.stop())

  describe('PutImage', () => {
    it('moves a tag in the registry behind', async () => {
      const repositoryName = await fixture.createRepository()
      await fixture.push(repositoryName, 'latest', { layers: ['old'] })
      const image = await fixture.push(repositoryName, '1.1.0', { layers: ['new'] })

      await fixture.retag(repositoryName, { imageTag: '1.1.0' }, 'latest')

      assert.deepEqual(Object.fromEntries(await fixture.ecr.tags(repositoryName)), {
        '1.1.0': image.digest,
        latest: image.digest,
      })
    })

    it('answers ImageAlreadyExistsException where the tag stands on the image already', async () => {
      const repositoryName = await fixture.createRepository()
      const { digest } = await fixture.push(repositoryName, '1.0.0')

      await assert.rejects(fixture.retag(repositoryName, { imageTag: '1.0.0' }, '1.0.0'), {
        name: 'ImageAlreadyExistsException',
        message: `Image with digest '${digest}' and tag '1.0.0' already exists in the repository with name '${repositoryName}' in registry with id '123456789012'`,
      })
    })

    it('answers ImageTagAlreadyExistsException where the tag must not move', async () => {
      const repositoryName = await fixture.createRepository({ imageTagMutability: 'IMMUTABLE' })
      await fixture.push(repositoryName, '1.0.0', { layers: ['old'] })
      await fixture.push(repositoryName, '1.1.0', { layers: ['new'] })

      await assert.rejects(fixture.retag(repositoryName, { imageTag: '1.1.0' }, '1.0.0'), {
        name: 'ImageTagAlreadyExistsException',
        message: `The image tag '1.0.0' already exists in the '${repositoryName}' repository and cannot be overwritten because the tag is immutable.`,
      })
    })

    it('obeys a change of tag mutability at once', async () => {
      const repositoryName = await fixture.createRepository({ imageTagMutability: 'IMMUTABLE' })
      await fixture.push(repositoryName, 'latest', { layers: ['old'] })
      const image = await fixture.push(repositoryName, '1.1.0', { layers: ['new'] })

      await fixture.client.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'MUTABLE' }))
      await fixture.retag(repositoryName, { imageTag: '1.1.0' }, 'latest')

      assert.equal((await fixture.ecr.tags(repositoryName)).get('latest'), image.digest)
    })

    it('lets only one of two images have an immutable tag', async () => {
      const repositoryName = await fixture.createRepository({ imageTagMutability: 'IMMUTABLE' })
      const one = await fixture.push(repositoryName, undefined, { layers: ['one'] })
      const other = await fixture.push(repositoryName, undefined, { layers: ['other'] })

      const outcomes = await Promise.allSettled(
        [one, other].map(({ digest }) => fixture.retag(repositoryName, { imageDigest: digest }, '1.0.0')),
      )

      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    })

    const descriptor = { mediaType: 'x/y', size: 1, digest: `sha256:${'0'.repeat(64)}` }
    const image = { schemaVersion: 2, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' }
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json' }
    const refused = [
      {
        what: 'layers that the repository does not have',
        request: { imageManifest: JSON.stringify({ ...image, config: descriptor, layers: [] }) },
        name: 'LayersNotFoundException',
      },
      {
        what: 'an index over images that the repository does not have',
        request: { imageManifest: JSON.stringify({ ...index, manifests: [descriptor] }) },
        name: 'ReferencedImagesNotFoundException',
      },
      {
        what: 'another digest than that of the bytes',
        request: { imageManifest: JSON.stringify(image), imageDigest: descriptor.digest },
        name: 'ImageDigestDoesNotMatchException',
      },
      { what: 'what is not JSON', request: { imageManifest: '<xml/>' }, name: 'InvalidParameterException' },
      {
        what: 'a manifest without any media type',
        request: { imageManifest: '{"schemaVersion":2}' },
        name: 'InvalidParameterException',
      },
      {
        what: 'another media type than that of the manifest',
        request: { imageManifest: JSON.stringify(image), imageManifestMediaType: index.mediaType },
        name: 'InvalidParameterException',
      },
      {
        what: 'a tag with a slash',
        request: { imageManifest: JSON.stringify(image), imageTag: 'a/b' },
        name: 'InvalidParameterException',
      },
    ]
    for (const { what, request, name } of refused) {
      it(`refuses ${what}`, async () => {
        const repositoryName = await fixture.createRepository()

        await assert.rejects(
          fixture.client.send(new PutImageCommand({ repositoryName, imageTag: '1.0.0', ...request })),
          { name },
        )
      })
    }
  })
  describe('BatchDeleteImage', () => {
    async function deleteImages(repositoryName: string, ...imageIds: ImageIdentifier[]) {
      const { imageIds: deleted, failures } = await fixture.client.send(
        new BatchDeleteImageCommand({ repositoryName, imageIds }),
      )
      return { deleted, failures: failures?.map(({ failureCode }) => failureCode) }
    }

    async function listImages(repositoryName: string): Promise<ImageIdentifier[]> {
      return (await fixture.client.send(new ListImagesCommand({ repositoryName }))).imageIds ?? []
    }

    it('takes one tag away and leaves the others where they are', async () => {
      const repositoryName = await fixture.createRepository()
      const { digest } = await fixture.push(repositoryName, '1.0.0')
      await fixture.retag(repositoryName, { imageTag: '1.0.0' }, 'latest')

      const outcome = await deleteImages(repositoryName, { imageTag: 'latest' })

      assert.deepEqual(outcome, { deleted: [{ imageDigest: digest, imageTag: 'latest' }], failures: [] })
      assert.deepEqual(await listImages(repositoryName), [{ imageDigest: digest, imageTag: '1.0.0' }])
      assert.deepEqual([...(await fixture.ecr.tags(repositoryName))], [['1.0.0', digest]])
    })

    it('deletes an image with its last tag', async () => {
      const repositoryName = await fixture.createRepository()
      await fixture.push(repositoryName, '1.0.0')

      await deleteImages(repositoryName, { imageTag: '1.0.0' })

      assert.deepEqual(await listImages(repositoryName), [])
      assert.equal((await fixture.ecr.tags(repositoryName)).size, 0)
    })

    it('deletes an image by its digest with all tags, and takes it again later', async () => {
      const repositoryName = await fixture.createRepository()
      const { digest } = await fixture.push(repositoryName, '1.0.0')
      await fixture.retag(repositoryName, { imageTag: '1.0.0' }, 'latest')

      const { deleted } = await deleteImages(repositoryName, { imageDigest: digest })
      const again = await fixture.push(repositoryName, '1.0.0')

      assert.deepEqual(
        deleted?.map(({ imageTag }) => imageTag),
        ['1.0.0', 'latest'],
      )
      assert.deepEqual(await listImages(repositoryName), [{ imageDigest: again.digest, imageTag: '1.0.0' }])
    })

    it('keeps what an index needs', async () => {
      const repositoryName = await fixture.createRepository()
      const child = await fixture.push(repositoryName)
      const authorization = await fixture.authorization()
      const target = { registry: fixture.ecr.endpoint, authorization, repository: repositoryName, tag: 'multi' }
      const index = await putIndex({ ...target, images: [child] })

      const childFirst = await deleteImages(repositoryName, { imageDigest: child.digest })
      const indexFirst = await deleteImages(
        repositoryName,
        { imageDigest: index.digest },
        { imageDigest: child.digest },
      )

      assert.deepEqual(childFirst, { deleted: [], failures: ['ImageReferencedByManifestList'] })
      assert.equal(indexFirst.deleted?.length, 2)
    })

    it('reports what is not there', async () => {
      const repositoryName = await fixture.createRepository()

      assert.deepEqual(await deleteImages(repositoryName, { imageTag: 'latest' }), {
        deleted: [],
        failures: ['ImageNotFound'],
      })
    })
  })
})
