import type { TokenClaims } from '../../src/aws/token-claims.ts'
import { signIn, type SignInPorts, type Signing } from '../../src/aws/sign-in.ts'
import type { AwsCredentials, Role } from '../../src/aws/aws-credentials.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { type Identities, identities } from '../../sandbox/iam/identities.ts'
import { type AzureDevOps, startAzureDevOps } from '../../sandbox/oidc/azure-devops.ts'
import { type LocalSts, startLocalSts } from '../../sandbox/sts/local-sts.ts'
import type { TrustedRole } from '../../sandbox/sts/role.ts'

const account = '123456789012'
const region = 'eu-west-1'

/** A user's key, which may assume roles. */
export const userKey = { accessKeyId: 'AKIALOCALUSER0000000', secretAccessKey: 'secret-of-the-user' }
export const connectionId = '7f4c0c7a-97ab-4a13-8e2f-5d7f5a6d2f10'

/** AWS STS and Azure DevOps on this machine, with a user and roles, which have the given rights. */
export interface AwsUnderTest {
  readonly sts: LocalSts
  readonly azureDevOps: AzureDevOps
  /** Who may ask, and the sessions that were opened. */
  readonly identities: Identities
  readonly masked: readonly string[]
  /** What tokens said that were refused. */
  readonly refused: readonly TokenClaims[]
  signIn(credentials: AwsCredentials, ports?: Partial<SignInPorts>): Signing
  stop(): Promise<void>
}

export async function startAwsUnderTest(rights: Pick<TrustedRole, 'policy'> = {}): Promise<AwsUnderTest> {
  const azureDevOps = await startAzureDevOps()
  const known = identities({ ...userKey, arn: `arn:aws:iam::${account}:user/ci` })
  const sts = await startLocalSts({
    account,
    region,
    identities: known,
    roles: rolesFor(azureDevOps).map((role) => ({ ...role, ...rights })),
    issuers: [azureDevOps.issuer],
  })
  const previous = process.env.AWS_ENDPOINT_URL_STS
  process.env.AWS_ENDPOINT_URL_STS = sts.endpoint
  const masked: string[] = []
  const refused: TokenClaims[] = []
  return {
    sts,
    azureDevOps,
    identities: known,
    masked,
    refused,
    signIn: (credentials, ports) =>
      signIn(credentials, {
        http: httpClient(),
        oidc: { requestUri: azureDevOps.requestUri, jobToken: () => azureDevOps.jobToken },
        mask: (secret) => masked.push(secret),
        onRefusedToken: (claims) => refused.push(claims),
        ...ports,
      }),
    async stop() {
      if (previous === undefined) delete process.env.AWS_ENDPOINT_URL_STS
      else process.env.AWS_ENDPOINT_URL_STS = previous
      await Promise.all([sts.stop(), azureDevOps.stop()])
    },
  }
}

/** A role of the account, as a task is told of it. */
export function roleOf(name: string, more: Partial<Role> = {}): Role {
  return { arn: `arn:aws:iam::${account}:role/${name}`, sessionName: 'platform-image-7', seconds: 900, ...more }
}

function rolesFor({ issuer, audience, subjectOf }: AzureDevOps): readonly TrustedRole[] {
  const caller = `arn:aws:iam::${account}:user/ci`
  return [
    { arn: roleOf('by-key').arn, trusts: { caller } },
    { arn: roleOf('by-key-and-id').arn, trusts: { caller, externalId: 'x-1' } },
    { arn: roleOf('by-token').arn, trusts: { issuer, audience, subject: subjectOf(connectionId) } },
    { arn: roleOf('of-others').arn, trusts: { issuer, audience, subject: 'sc://local/other/*' } },
    { arn: roleOf('for-other-audience').arn, trusts: { issuer, audience: 'sts.amazonaws.com', subject: '*' } },
  ]
}
