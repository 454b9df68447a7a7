import assert from 'node:assert/strict'
import { connectEcr } from '../../src/ecr/ecr-connection.ts'
import { createRepository } from '../../src/ecr/create-repository.ts'
import { type EcrUnderTest, startEcrUnderTest } from './ecr-under-test.ts'
import { rejects } from '../support/problems.ts'

describe('createRepository', () => {
  let ecr: EcrUnderTest

  before(async () => {
    ecr = await startEcrUnderTest()
  })
  after(() => ecr.stop())

  const create = (repositoryName: string, exceptions: readonly string[] = ['v*']) =>
    createRepository(
      connectEcr(
        { repositoryName, region: ecr.ecr.region },
        { credentials: { kind: 'static', ...ecr.ecr.credentials } },
      ),
      { tagSettings: { tags: 'movable', exceptions }, scanOnPush: true, resourceTags: {} },
    )

  it('gives the description of what it created, and none where it is there', async () => {
    const { description, isNew } = await create('platform/new')

    assert.deepEqual([description?.repositoryName, isNew], ['platform/new', true])
    assert.deepEqual(await create('platform/new'), { isNew: false })
  })

  it('takes for its own what it created before the answer got lost', async () => {
    ecr.ecr.inject({ operation: 'CreateRepository', failure: 'answer-lost' })

    assert.deepEqual(await create('platform/lost'), { isNew: true })
  })

  for (const error of ['InvalidParameterException', 'ValidationException']) {
    it(`does without exceptions where ECR answers ${error}`, async () => {
      ecr.ecr.inject({ operation: 'CreateRepository', failure: { error } })

      const { description } = await create(`platform/${error.toLowerCase()}`)

      assert.equal(description?.imageTagMutability, 'MUTABLE')
    })
  }

  it('does not try without what it did not ask for', async () => {
    ecr.ecr.inject({ operation: 'CreateRepository', failure: { error: 'InvalidParameterException' } })

    await rejects(create('platform/plain', []), { code: 'InvalidParameterException' })
  })

  it('hands on every other refusal', async () => {
    ecr.ecr.inject({ operation: 'CreateRepository', failure: { error: 'KmsException', message: 'No such key.' } })

    await rejects(create('platform/key'), { code: 'KmsException' })
  })
})
