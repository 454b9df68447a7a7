import assert from 'node:assert/strict'
import { cardText } from '../../../sandbox/teams/card-text.ts'
import { renderCard } from '../../../src/notify/render-card.ts'
import { examples } from '../../support/example-messages.ts'

describe('cardText', () => {
  it('gives texts, facts and buttons a line each, as they were before they were escaped', () => {
    const { success } = examples
    const facts = [{ name: 'Branch', value: 'feature_1 <b> & *more*' }]

    assert.deepEqual(cardText(renderCard({ ...success, facts })), [
      '✅ Platform image platform/aspnet has a new version',
      '10.0-noble-1.4.0 is in Amazon ECR, ready to build on.',
      'Branch: feature_1 <b> & *more*',
      'net10-aspnet 20261126.3 · Platform/1482',
      '[Open the run] https://dev.azure.com/shop/Platform/_build/results?buildId=1482',
      '[Repository in AWS] https://console.aws.amazon.com/ecr/repositories/private/123456789012/platform/aspnet?region=eu-west-1',
    ])
  })
})
