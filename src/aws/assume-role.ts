import { fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers'
import { messageOf } from '../model/error-text.ts'
import type { AccessKey, Role } from './aws-credentials.ts'
import { endpointFaultOf } from './endpoints.ts'
import { firstSentence } from './aws-words.ts'
import { clientSettings, type Connections } from './client-settings.ts'
import type { OidcToken } from './oidc-token.ts'
import { partitionOfRole } from './parse-role.ts'
import { partitionOf } from './partitions.ts'
import type { SessionKey } from './renewing.ts'
import { nameOfSdkError, statusOfSdkError } from './sdk-error.ts'
import { SignInError } from './sign-in-error.ts'
import type { TokenClaims } from './token-claims.ts'

/** A role that is to be assumed in a region, by its own STS: the global one gives tokens that newer regions refuse. */
export interface RoleInRegion {
  readonly role: Role
  readonly region: string
  readonly connections?: Connections | undefined
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html Throws SignInError. */
export function assumeRoleByKey(key: AccessKey, wanted: RoleInRegion): Promise<SessionKey> {
  const { role, region, connections } = wanted
  const ask = fromTemporaryCredentials({
    masterCredentials: key,
    params: {
      RoleArn: role.arn,
      RoleSessionName: role.sessionName,
      DurationSeconds: role.seconds,
      ...(role.externalId !== undefined && { ExternalId: role.externalId }),
    },
    clientConfig: clientSettings(region, connections),
  })
  return askSts(ask, wanted)
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html Throws SignInError. */
export function assumeRoleByToken({ text, claims }: OidcToken, wanted: RoleInRegion): Promise<SessionKey> {
  const { role, region, connections } = wanted
  const ask = fromWebToken({
    roleArn: role.arn,
    roleSessionName: role.sessionName,
    durationSeconds: role.seconds,
    webIdentityToken: text,
    clientConfig: clientSettings(region, connections),
  })
  return askSts(ask, wanted, claims)
}

/** Identities end where their partition does: STS would only say that a token or a key is not valid. Throws SignInError. */
export function requireSamePartition(wanted: RoleInRegion): void {
  const { role, region } = wanted
  const rolePartition = partitionOfRole(role)
  if (partitionOf(region)?.name === rolePartition) return
  throw new SignInError(operationOf(wanted), { what: 'other-partition', rolePartition, region })
}

async function askSts(ask: () => Promise<SessionKey>, wanted: RoleInRegion, claims?: TokenClaims): Promise<SessionKey> {
  try {
    return await ask()
  } catch (error) {
    const fault = endpointFaultOf(error)
    if (fault !== undefined) throw fault
    const { role } = wanted
    const status = statusOfSdkError(error)
    throw new SignInError(operationOf(wanted), {
      what: 'sts',
      code: isUnreadable(error) ? 'Unreadable' : nameOfSdkError(error),
      said: firstSentence(error),
      role: role.arn,
      hasExternalId: role.externalId !== undefined,
      ...(status !== undefined && { status }),
      ...(claims !== undefined && { claims }),
    })
  }
}

/** What the SDK makes of a page, such as a proxy's: it has no name of its own for that. */
function isUnreadable(error: unknown): boolean {
  return /^(@aws-sdk XML parse error|Invalid response from STS)/.test(messageOf(error))
}

function operationOf({ role, region }: RoleInRegion): string {
  return `assume the role ${role.arn} in ${region}`
}
