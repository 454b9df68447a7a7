import type { Role } from './aws-credentials.ts'
import { partitionOfRole } from './parse-role.ts'
import type { TokenClaims } from './token-claims.ts'

/**
 * The statement by which a role trusts a token of Azure DevOps, line by line. It is made of the token's own claims, since
 * the issuer changes from one organisation to another, and with time.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
export function formatTrustStatement({ issuer, subject, audience }: TokenClaims, role: Role): readonly string[] {
  const provider = issuer.replace(/^https?:\/\//, '')
  const account = role.arn.split(':')[4] ?? ''
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:${partitionOfRole(role)}:iam::${account}:oidc-provider/${provider}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${provider}:aud`]: audience[0] ?? '', [`${provider}:sub`]: subject } },
  }
  return JSON.stringify(statement, undefined, 2).split('\n')
}
