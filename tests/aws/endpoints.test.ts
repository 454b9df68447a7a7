import { requireSafeEndpoints } from '../../src/aws/endpoints.ts'
import { throws } from '../support/problems.ts'

describe('requireSafeEndpoints', () => {
  for (const address of ['https://vpce-1.ecr.eu-west-1.vpce.amazonaws.com', 'http://localhost:4566', '', undefined]) {
    it(`takes ${String(address)}`, () => {
      requireSafeEndpoints({ AWS_ENDPOINT_URL: address })
    })
  }

  for (const setting of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_ECR', 'AWS_ENDPOINT_URL_STS']) {
    it(`refuses ${setting} without TLS, and what is no address`, () => {
      throws(
        () => {
          requireSafeEndpoints({ [setting]: 'http://localstack:4566' })
        },
        { name: 'UnsafeAddressError' },
      )
      throws(
        () => {
          requireSafeEndpoints({ [setting]: 'localstack' })
        },
        { name: 'EndpointError', message: new RegExp(`^${setting} of the agent's environment`) },
      )
    })
  }
})
