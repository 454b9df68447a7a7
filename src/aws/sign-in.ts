import { fromNodeProviderChain, fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers'
import type { HttpClient } from '../http/http-client.ts'
import { messageOf } from '../model/error-text.ts'
import type { Mask } from '../model/mask.ts'
import type { AccessKey, AwsCredentials, Role } from './aws-credentials.ts'
import { firstSentence } from './aws-words.ts'
import { clientSettings, type Connections } from './client-settings.ts'
import { type OidcSource, readOidcToken } from './oidc-token.ts'
import { partitionOfRole } from './parse-role.ts'
import { partitionOf } from './partitions.ts'
import { renewing, type SessionKey } from './renewing.ts'
import { nameOfSdkError, statusOfSdkError } from './sdk-error.ts'
import { SignInError } from './sign-in-error.ts'
import type { TokenClaims } from './token-claims.ts'

/** What requests to AWS are signed with: a key as it was given, or one of a session that is renewed before it ends. */
export type Signing =
  | ({ readonly kind: 'static' } & AccessKey)
  | { readonly kind: 'session'; readonly keyFor: (region: string) => Promise<SessionKey> }

export interface SignInPorts {
  /** Repeats what is not answered. */
  readonly http: HttpClient
  readonly connections?: Connections
  readonly oidc: OidcSource
  readonly mask: Mask
  /** Hears what a token of Azure DevOps said where its role refused it. */
  readonly onRefusedToken: (claims: TokenClaims, role: Role) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/**
 * Signs in to AWS when the first request asks for it, once a region, by the SDK's own providers: STS is asked in the
 * region of the requests and its partition. Every secret is masked before anybody gets it. What is thrown is SignInError.
 */
export function signIn(credentials: AwsCredentials, ports: SignInPorts): Signing {
  if (credentials.kind === 'static') {
    maskKey(credentials, ports.mask)
    return credentials
  }
  const sessions = new Map<string, () => Promise<SessionKey>>()
  return {
    kind: 'session',
    keyFor(region) {
      const known = sessions.get(region) ?? renewing(() => openSession(credentials, region, ports), ports.now)
      sessions.set(region, known)
      return known()
    },
  }
}

type Renewable = Exclude<AwsCredentials, { kind: 'static' }>

async function openSession(credentials: Renewable, region: string, ports: SignInPorts): Promise<SessionKey> {
  const key = await requestSession(credentials, region, ports)
  maskKey(key, ports.mask)
  return key
}

function requestSession(credentials: Renewable, region: string, ports: SignInPorts): Promise<SessionKey> {
  switch (credentials.kind) {
    case 'ambient':
      return ambientKey(region, ports)
    case 'role':
      return assumeRole(credentials, region, ports)
    case 'oidc':
      return assumeRoleByToken(credentials, region, ports)
  }
}

async function ambientKey(region: string, { connections }: SignInPorts): Promise<SessionKey> {
  try {
    return await fromNodeProviderChain({ clientConfig: clientSettings(region, connections) })()
  } catch (error) {
    const said = firstSentence(error)
    throw new SignInError("use the agent's own AWS credentials", {
      what: 'no-credentials',
      said,
      isSilent: said.startsWith('Could not load credentials from any providers'),
    })
  }
}

async function assumeRole(
  { role, by }: Extract<AwsCredentials, { kind: 'role' }>,
  region: string,
  ports: SignInPorts,
): Promise<SessionKey> {
  requireSamePartition(role, region)
  if (by !== 'ambient') maskKey(by, ports.mask)
  const assume = fromTemporaryCredentials({
    masterCredentials: by === 'ambient' ? await openSession({ kind: 'ambient' }, region, ports) : by,
    params: {
      RoleArn: role.arn,
      RoleSessionName: role.sessionName,
      DurationSeconds: role.seconds,
      ...(role.externalId !== undefined && { ExternalId: role.externalId }),
    },
    clientConfig: clientSettings(region, ports.connections),
  })
  return askSts(assume, role, region)
}

async function assumeRoleByToken(
  { role, connectionId }: Extract<AwsCredentials, { kind: 'oidc' }>,
  region: string,
  ports: SignInPorts,
): Promise<SessionKey> {
  requireSamePartition(role, region)
  const { text, claims } = await readOidcToken(connectionId, ports.oidc, ports)
  const assume = fromWebToken({
    roleArn: role.arn,
    roleSessionName: role.sessionName,
    durationSeconds: role.seconds,
    webIdentityToken: text,
    clientConfig: clientSettings(region, ports.connections),
  })
  try {
    return await askSts(assume, role, region, claims)
  } catch (error) {
    if (error instanceof SignInError && isOfTrust(error)) ports.onRefusedToken(claims, role)
    throw error
  }
}

/** Identities end where their partition does: STS would only say that a token or a key is not valid. */
function requireSamePartition(role: Role, region: string): void {
  const rolePartition = partitionOfRole(role)
  if (partitionOf(region)?.name === rolePartition) return
  throw new SignInError(operationOf(role, region), { what: 'other-partition', rolePartition, region })
}

async function askSts(
  ask: () => Promise<SessionKey>,
  role: Role,
  region: string,
  claims?: TokenClaims,
): Promise<SessionKey> {
  try {
    return await ask()
  } catch (error) {
    const status = statusOfSdkError(error)
    throw new SignInError(operationOf(role, region), {
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

/** Whether it is the token that STS does not accept, rather than anything else of the request. */
function isOfTrust({ code }: SignInError): boolean {
  return /^(AccessDenied|InvalidIdentityToken|IDPRejectedClaim)/.test(code)
}

/** What the SDK makes of a page, such as a proxy's: it has no name of its own for that. */
function isUnreadable(error: unknown): boolean {
  return /^(@aws-sdk XML parse error|Invalid response from STS)/.test(messageOf(error))
}

function operationOf(role: Role, region: string): string {
  return `assume the role ${role.arn} in ${region}`
}

/** An access key's id is no secret: CloudTrail, consoles and messages show it. */
function maskKey({ secretAccessKey, sessionToken }: AccessKey, mask: Mask): void {
  mask(secretAccessKey)
  if (sessionToken !== undefined) mask(sessionToken)
}
