import assert from 'node:assert/strict'
import { digestOf } from '../../../src/model/digest.ts'
import { publishedOutputs } from '../../../tasks/PlatformImagePublish/outputs.ts'

describe('publishedOutputs', () => {
  it('gives what other steps need, with the time in UTC', () => {
    const outputs = publishedOutputs({
      repositoryUri: '1.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet',
      repositoryCreated: true,
      versionTag: '10.0-noble-1.0.0',
      digest: digestOf('a'),
      tags: ['10.0-noble-1.0.0', 'latest'],
      createdAt: new Date('2026-11-23T13:00:00+01:00'),
      isNews: true,
    })

    assert.deepEqual(outputs, {
      action: 'release',
      imageUri: '1.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet:10.0-noble-1.0.0',
      imageDigest: digestOf('a'),
      versionTag: '10.0-noble-1.0.0',
      publishedTags: '10.0-noble-1.0.0,latest',
      repositoryUri: '1.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet',
      repositoryCreated: true,
      createdAt: '2026-11-23T12:00:00.000Z',
    })
  })
})
