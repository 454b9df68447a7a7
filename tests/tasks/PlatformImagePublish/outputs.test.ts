import assert from 'node:assert/strict'
import { digestOf } from '../../../src/model/digest.ts'
import { aRelease } from '../../support/builders.ts'
import { publishedOutputs } from '../../../tasks/PlatformImagePublish/outputs.ts'

describe('publishedOutputs', () => {
  it('gives what other steps need, with the time in UTC', () => {
    const outputs = publishedOutputs({
      repository: {
        uri: '1.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet',
        tagSettings: { tags: 'movable', exceptions: [] },
      },
      repositoryCreated: true,
      release: aRelease({ digest: digestOf('a') }),
      moves: [
        { tag: '10.0', outcome: 'unchanged' },
        { tag: 'passed', outcome: 'passed-on' },
        { tag: 'latest', outcome: 'moved' },
        { tag: '10.0-noble-current', outcome: 'moved' },
      ],
      createdAt: new Date('2026-11-23T13:00:00+01:00'),
      size: 1000,
      isNews: true,
    })

    assert.deepEqual(outputs, {
      action: 'release',
      imageUri: '1.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet:10.0-noble-1.0.0',
      imageDigest: digestOf('a'),
      versionTag: '10.0-noble-1.0.0',
      publishedTags: '10.0-noble-1.0.0,10.0,latest',
      repositoryUri: '1.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet',
      repositoryCreated: true,
      createdAt: '2026-11-23T12:00:00.000Z',
    })
  })
})
