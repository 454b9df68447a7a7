import assert from 'node:assert/strict'
import { publishTask } from '../../../tasks/PlatformImagePublish/form.ts'
import { readPublishInputs, readTagWishes } from '../../../tasks/PlatformImagePublish/inputs.ts'
import { aReleaseLine } from '../../support/builders.ts'
import { capturedLog } from '../../support/captured-log.ts'
import { mapInputs } from '../../support/map-inputs.ts'
import { defaultInputs } from '../../support/task-sources.ts'
import { throws } from '../../support/problems.ts'

const read = (values: Record<string, string> = {}) => {
  const filled = { image: 'a', versionTag: '10.0-noble-1.2.0', ...values }
  const inputs = mapInputs(publishTask.inputs, { ...defaultInputs('PlatformImagePublish'), ...filled })
  return readPublishInputs(inputs, aReleaseLine())
}

describe('readPublishInputs', () => {
  it('reads the form as it is', () => {
    assert.deepEqual(read(), {
      releaseLine: aReleaseLine(),
      image: 'a',
      version: '1.2.0',
      createRepository: true,
      versionTagsImmutable: true,
      scanOnPush: true,
      resourceTags: {},
    })
  })

  it('reads all that can be set', () => {
    const wishes = read({
      imageArchive: '/drop/image.tar',
      createRepository: 'false',
      versionTagsImmutable: 'false',
      scanOnPush: 'false',
      encryptionKey: 'alias/platform',
      resourceTags: 'team=platform\n\ncost centre = 12=3\nempty=',
    })

    assert.deepEqual(wishes, {
      releaseLine: aReleaseLine(),
      image: 'a',
      imageArchive: '/drop/image.tar',
      version: '1.2.0',
      createRepository: false,
      versionTagsImmutable: false,
      scanOnPush: false,
      encryptionKey: 'alias/platform',
      resourceTags: { team: 'platform', 'cost centre': '12=3', empty: '' },
    })
  })

  for (const image of [
    'localhost/platform-image/image:owner',
    'aspnet',
    'host:5000/a/b',
    `aspnet@sha256:${'a'.repeat(64)}`,
    `sha256:${'a'.repeat(64)}`,
  ]) {
    it(`takes the image ${image.slice(0, 30)}`, () => {
      assert.equal(read({ image }).image, image)
    })
  }

  for (const image of ['a b', 'UPPER/case:1', '../x', 'a:', '-a']) {
    it(`refuses the image ${image}`, () => {
      throws(() => read({ image }), { name: 'InvalidInput', field: 'image', message: /is not an image reference/ })
    })
  }

  const refused: readonly (readonly [resourceTags: string, message: RegExp])[] = [
    ['team', /Line 1 of the input "\w+" is not a tag: "team"\. Write it as name=value/],
    ['a=1\n=2', /Line 2 of the input "\w+" is not a tag/],
    ['aws:owner=1', /begins with "aws:"/],
    ['a=1\na=2', /names a tag for the second time/],
    [`${'a'.repeat(129)}=1`, /too long/],
    [`a=${'1'.repeat(257)}`, /too long/],
    [Array.from({ length: 51 }, (_, index) => `tag${String(index)}=1`).join('\n'), /more than 50 tags/],
  ]
  for (const [resourceTags, message] of refused) {
    it(`refuses the tags ${resourceTags.slice(0, 20)}`, () => {
      throws(() => read({ resourceTags }), { name: 'InvalidInput', field: 'resourceTags', message })
    })
  }
})

describe('readTagWishes', () => {
  it('reads which tags are to follow', () => {
    const inputs = mapInputs(publishTask.inputs, { extraTags: '10.0, 10', tagAsLatest: 'false' })
    const wishes = readTagWishes(inputs, capturedLog())

    assert.deepEqual(wishes, { extraTags: ['10.0', '10'], tagAsLatest: false })
  })
})
