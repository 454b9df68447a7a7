import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import type { HttpClient } from '../http/http-client.ts'
import type { Mask } from '../model/mask.ts'
import { assumeRoleByKey, assumeRoleByToken, requireSamePartition } from './assume-role.ts'
import type { AccessKey, AwsCredentials, Role } from './aws-credentials.ts'
import { firstSentence } from './aws-words.ts'
import { clientSettings, type Connections } from './client-settings.ts'
import { endpointFaultOf } from './endpoints.ts'
import { type OidcSource, readOidcToken } from './oidc-token.ts'
import { renewing, type SessionKey } from './renewing.ts'
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
 * region of the requests and its partition. Every secret is masked before anybody gets it. What is thrown is
 * SignInError, or what is wrong with an endpoint.
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
      return byRole(credentials, region, ports)
    case 'oidc':
      return byToken(credentials, region, ports)
  }
}

async function ambientKey(region: string, { connections }: SignInPorts): Promise<SessionKey> {
  try {
    return await fromNodeProviderChain({ clientConfig: clientSettings(region, connections) })()
  } catch (error) {
    const fault = endpointFaultOf(error)
    if (fault !== undefined) throw fault
    const said = firstSentence(error)
    throw new SignInError("use the agent's own AWS credentials", {
      what: 'no-credentials',
      said,
      isSilent: said.startsWith('Could not load credentials from any providers'),
    })
  }
}

async function byRole(
  { role, by }: Extract<AwsCredentials, { kind: 'role' }>,
  region: string,
  ports: SignInPorts,
): Promise<SessionKey> {
  const wanted = { role, region, connections: ports.connections }
  requireSamePartition(wanted)
  if (by === 'ambient') return assumeRoleByKey(await openSession({ kind: 'ambient' }, region, ports), wanted)
  maskKey(by, ports.mask)
  return assumeRoleByKey(by, wanted)
}

async function byToken(
  { role, connectionId }: Extract<AwsCredentials, { kind: 'oidc' }>,
  region: string,
  ports: SignInPorts,
): Promise<SessionKey> {
  const wanted = { role, region, connections: ports.connections }
  requireSamePartition(wanted)
  const token = await readOidcToken(connectionId, ports.oidc, ports)
  try {
    return await assumeRoleByToken(token, wanted)
  } catch (error) {
    if (error instanceof SignInError && isOfTrust(error)) ports.onRefusedToken(token.claims, role)
    throw error
  }
}

/** Whether it is the token that STS does not accept, rather than anything else of the request. */
function isOfTrust({ code }: SignInError): boolean {
  return /^(AccessDenied|InvalidIdentityToken|IDPRejectedClaim)/.test(code)
}

/** An access key's id is no secret: CloudTrail, consoles and messages show it. */
function maskKey({ secretAccessKey, sessionToken }: AccessKey, mask: Mask): void {
  mask(secretAccessKey)
  if (sessionToken !== undefined) mask(sessionToken)
}
