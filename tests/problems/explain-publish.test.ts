import assert from 'node:assert/strict'
import { digestOf } from '../../src/model/digest.ts'
import { describeProgress } from '../../src/problems/explain-publish.ts'
import { PushRefusedError, type Refusal } from '../../src/publish/image-store.ts'
import { PublishError, type PublishFault } from '../../src/publish/publish-error.ts'
import { aRelease, aReleaseLine } from '../support/builders.ts'
import { told } from '../support/problems.ts'

const refusedFor = (refusal: Refusal) => new PushRefusedError({ operation: 'push a:1', refusal, words: 'denied' })

describe('explainPublish', () => {
  const advice: readonly (readonly [refusal: Refusal, advice: RegExp])[] = [
    ['unauthorized', /clock/],
    ['forbidden', /ecr:InitiateLayerUpload/],
    ['quota', /lifecycle policy/],
    ['web-page', /engine's own proxy settings/],
    ['too-large', /proxy between engine and ECR/],
    ['manifest-refused', /--provenance=false/],
    ['tag-frozen', /next version/],
    ['layer-missing', /sends what is missing/],
    ['no-repository', /"createRepository"/],
    ['busy', /later/],
    ['registry-fault', /later/],
    ['unreachable', /proxy/],
    ['connection-cut', /not sent a second time/],
    ['disk-full', /space/],
    ['unknown', /Run again/],
  ]
  for (const [refusal, what] of advice) {
    it(`says what to do about a push that is refused as ${refusal}`, () => {
      const text = told(refusedFor(refusal))

      assert.match(text, /^Cannot push a:1: denied\. /)
      assert.match(text, what)
    })
  }

  const release = aRelease()
  const pushed = digestOf('pushed')
  const progress = { tag: release.tag, moves: [{ tag: '10.0', outcome: 'moved' }] } as const
  const faults: readonly (readonly [fault: PublishFault, text: string])[] = [
    [
      { what: 'superseded', tag: release.tag, expected: 'none', found: 'a@sha256:1' },
      'Cannot publish 10.0-noble-1.0.0: the check saw none, but the newest release is now a@sha256:1. Nothing was pushed. Run the pipeline again.',
    ],
    [
      { what: 'tag-taken', tag: release.tag },
      'Cannot publish 10.0-noble-1.0.0: the tag is on another image already. Nothing was pushed. Run the check again for the next version.',
    ],
    [
      { what: 'push-refused', refused: refusedFor('tag-frozen') },
      'Cannot push a:1: denied. Run the check again for the next version. No tag was set or moved.',
    ],
    [
      {
        what: 'outcome-unknown',
        refused: refusedFor('connection-cut'),
        why: new PublishError({ what: 'no-release', releaseLine: aReleaseLine() }),
      },
      'Cannot push a:1: denied. Run again: layers that arrived are not sent a second time. Whether it arrived could not be found out: platform/aspnet:10.0-noble has no release whose tags could be moved. Run the check again.',
    ],
    [
      { what: 'tag-missing', tag: release.tag, pushed },
      `Pushed 10.0-noble-1.0.0 as ${pushed}, but the repository has no such tag. Run the pipeline again.`,
    ],
    [
      { what: 'overwritten', release, pushed, after: 'push' },
      `Pushed 10.0-noble-1.0.0 as ${pushed}, but another publisher has put ${release.digest} under it. No floating tag was moved. Make version tags immutable, and run the pipeline again.`,
    ],
    [
      { what: 'overwritten', release, pushed, after: 'tags' },
      `Pushed 10.0-noble-1.0.0 as ${pushed}, but another publisher has put ${release.digest} under it. The floating tags are on ${release.digest} now. Make version tags immutable, and run the pipeline again.`,
    ],
    [
      { what: 'frozen-tags', frozen: ['8.0', 'latest'], toFree: ['8.0', 'latest', 'b'], how: 'do this', progress },
      "10.0-noble-1.0.0 is published, but the repository's settings do not let 8.0, latest move. To free 8.0, latest, b, do this; or leave 8.0, latest out of the inputs. 10.0-noble-1.0.0 stays published, with 10.0 on it.",
    ],
    [
      { what: 'no-repository', repositoryName: 'platform/aspnet' },
      'The repository platform/aspnet does not exist. Create the repository, or set the input "createRepository" to true.',
    ],
    [
      { what: 'no-release', releaseLine: aReleaseLine() },
      'platform/aspnet:10.0-noble has no release whose tags could be moved. Run the check again.',
    ],
    [
      { what: 'unfinished', progress, why: refusedFor('busy') },
      'Cannot push a:1: denied. ECR has too many requests from this account and region at once: run again later. 10.0-noble-1.0.0 stays published, with 10.0 on it; run again to finish the rest.',
    ],
  ]
  for (const [fault, text] of faults) {
    it(`tells of ${fault.what}${'after' in fault ? ` after the ${fault.after}` : ''}`, () => {
      assert.equal(told(new PublishError(fault)), text)
    })
  }
})

describe('describeProgress', () => {
  it('names the tags that are on the version, and no other', () => {
    const moves = (['moved', 'unchanged', 'frozen', 'left', 'passed-on'] as const).map((outcome) => ({
      tag: outcome,
      outcome,
    }))

    assert.equal(describeProgress({ tag: '1.0.0', moves }), '1.0.0 stays published, with moved, unchanged on it')
    assert.equal(describeProgress({ tag: '1.0.0', moves: [] }), '1.0.0 stays published, with no floating tag on it')
  })
})
