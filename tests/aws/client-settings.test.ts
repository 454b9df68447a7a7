import assert from 'node:assert/strict'
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { clientSettings } from '../../src/aws/client-settings.ts'

describe('clientSettings', () => {
  const rows: readonly (readonly [region: string, environment: Record<string, string>, host: string])[] = [
    ['eu-west-1', {}, 'api.ecr.eu-west-1.amazonaws.com'],
    ['cn-north-1', {}, 'api.ecr.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', {}, 'api.ecr.us-gov-west-1.amazonaws.com'],
    ['us-gov-west-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'api.ecr-fips.us-gov-west-1.amazonaws.com'],
    ['us-east-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'api.ecr-fips.us-east-1.amazonaws.com'],
    ['eu-west-1', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'ecr.eu-west-1.api.aws'],
    ['eusc-de-east-1', {}, 'api.ecr.eusc-de-east-1.amazonaws.eu'],
    ['eu-west-1', { AWS_ENDPOINT_URL: 'https://ecr.example' }, 'ecr.example'],
  ]
  for (const [region, environment, host] of rows) {
    it(`leads to ${host} in ${region} with ${JSON.stringify(environment)}`, async () => {
      const before = { ...process.env }
      Object.assign(process.env, environment)
      try {
        assert.equal(await hostOf(region), host)
      } finally {
        process.env = before
      }
    })
  }
})

/** The host that a request would go to; none is sent. */
async function hostOf(region: string): Promise<string> {
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'x' }
  const client = new ECRClient({ ...clientSettings(region, undefined), credentials })
  let hostname = ''
  client.middlewareStack.add(
    () => (call) => {
      hostname = (call.request as { readonly hostname: string }).hostname
      return Promise.reject(new Error('not sent'))
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  await client.send(new GetAuthorizationTokenCommand({})).catch(() => undefined)
  return hostname
}
