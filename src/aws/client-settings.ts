import type { Agent as HttpAgent } from 'node:http'
import type { Agent } from 'node:https'
import { localAgent } from '../http/local-agent.ts'
import type { outgoingAgent } from '../http/outgoing-agent.ts'
import { BoundedHandler } from './bounded-handler.ts'

/** Connections to AWS, where a proxy or other certificates are on the way. */
export type Connections = ReturnType<typeof outgoingAgent>

/**
 * What every client of the AWS SDK gets. Its own three attempts are for a moment's trouble and for a clock that is
 * wrong; outages are waited out above. The SDK itself reads AWS_ENDPOINT_URL, AWS_USE_FIPS_ENDPOINT,
 * AWS_USE_DUALSTACK_ENDPOINT and the rest of https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
export function clientSettings(region: string, connections: Connections | undefined) {
  // The SDK would print a notice about a later end of Node 20 support into every pipeline log.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  return {
    region,
    maxAttempts: 3,
    retryMode: 'standard',
    requestHandler: new BoundedHandler({
      connectionTimeout: 5000,
      requestTimeout: 15_000,
      throwOnRequestTimeout: true,
      // The types want Node's own classes; what is used of them is what every agent has. Other settings than those of
      // the environment may lead to an address without TLS, such as endpoint_url of a profile.
      httpAgent: localAgent() as unknown as HttpAgent,
      ...(connections && { httpsAgent: connections as unknown as Agent }),
    }),
  }
}
