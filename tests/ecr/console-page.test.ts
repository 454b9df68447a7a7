import assert from 'node:assert/strict'
import { consolePage } from '../../src/ecr/console-page.ts'

describe('consolePage', () => {
  const arn = (partition: string, region: string) =>
    `arn:${partition}:ecr:${region}:123456789012:repository/platform/aspnet`
  const path = '/ecr/repositories/private/123456789012/platform/aspnet?region='
  const rows: readonly (readonly [arn: string, page: string | undefined])[] = [
    [arn('aws', 'eu-west-1'), `https://eu-west-1.console.aws.amazon.com${path}eu-west-1`],
    [arn('aws-cn', 'cn-north-1'), `https://cn-north-1.console.amazonaws.cn${path}cn-north-1`],
    [arn('aws-us-gov', 'us-gov-west-1'), `https://us-gov-west-1.console.amazonaws-us-gov.com${path}us-gov-west-1`],
    [arn('aws-iso', 'us-iso-east-1'), undefined],
    ['arn:aws:s3:::bucket', undefined],
    ['', undefined],
  ]
  for (const [repositoryArn, page] of rows) {
    it(`gives ${page ?? 'nothing'} for ${repositoryArn}`, () => {
      assert.equal(consolePage(repositoryArn), page)
    })
  }
})
