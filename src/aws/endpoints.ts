import { UnsafeAddressError } from '../http/http-client.ts'
import { codeOf } from '../model/error-text.ts'
import { isSafeAddress } from '../model/safe-address.ts'
import { EndpointError } from './endpoint-error.ts'

/** The SDK's own settings for other endpoints. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
const settings = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_ECR', 'AWS_ENDPOINT_URL_STS']

/** Where ECR is asked: the agent's own setting, else AWS. */
export function ecrEndpoint(region: string, environment: Readonly<Record<string, string | undefined>>): URL {
  const given = [environment.AWS_ENDPOINT_URL_ECR, environment.AWS_ENDPOINT_URL].find((address) => address)
  return new URL(given ?? `https://api.ecr.${region}.amazonaws.com`)
}

/**
 * The SDK would send keys wherever these settings lead. Throws UnsafeAddressError for an address without TLS outside of
 * this machine, and EndpointError for what is no address.
 */
export function requireSafeEndpoints(environment: Readonly<Record<string, string | undefined>>): void {
  for (const setting of settings) {
    const address = environment[setting]
    if (address === undefined || address === '') continue
    if (!URL.canParse(address)) throw new EndpointError(setting)
    if (!isSafeAddress(new URL(address))) throw new UnsafeAddressError(new URL(address))
  }
}

/**
 * What is wrong with an endpoint, where that is why a request of the SDK failed: UnsafeAddressError or EndpointError. What
 * the environment says was looked at before, so an address that is none stands in the agent's AWS configuration.
 */
export function endpointFaultOf(error: unknown): UnsafeAddressError | EndpointError | undefined {
  if (error instanceof UnsafeAddressError) return error
  return codeOf(error) === 'ERR_INVALID_URL' ? new EndpointError('endpoint_url') : undefined
}
