import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import type { RegistryCredentials } from '../model/credentials.ts'
import type { RegionConnection } from './ecr-connection.ts'
import { EcrError } from './ecr-error.ts'

/** A token for the registry protocol of ECR, good for every registry that the caller may use. */
export interface Authorization {
  /** The caller's own registry: `https://123456789012.dkr.ecr.eu-west-1.amazonaws.com`. */
  readonly endpoint: string
  readonly credentials: RegistryCredentials
}

/**
 * Asks ECR for a token, good for twelve hours at most; it and its password are masked before anybody gets them.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
 */
export async function readAuthorization(ecr: RegionConnection, mask: (secret: string) => void): Promise<Authorization> {
  const attempted = `sign in to ECR in ${ecr.region}`
  const answer = await ecr.ask(attempted, (client, options) =>
    client.send(new GetAuthorizationTokenCommand({}), options),
  )
  const { authorizationToken: token = '', proxyEndpoint: endpoint = '' } = answer?.authorizationData?.[0] ?? {}
  const plain = Buffer.from(token, 'base64').toString('utf8')
  const colon = plain.indexOf(':')
  if (colon === -1) throw new EcrError(attempted, { what: 'no-token' })
  mask(token)
  mask(plain.slice(colon + 1))
  return { endpoint, credentials: { username: plain.slice(0, colon), password: plain.slice(colon + 1) } }
}
