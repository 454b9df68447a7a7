import { identities, type Identities, type Policy } from './iam/identities.ts'
import { type AzureDevOps, startAzureDevOps } from './oidc/azure-devops.ts'
import { type LocalSts, startLocalSts } from './sts/local-sts.ts'

const account = '123456789012'
const region = 'eu-west-1'
const roleArn = `arn:aws:iam::${account}:role/platform-images`
const connectionId = '0d5f2b5e-3f0e-4c57-9b1c-6a1c2f8f7e22'

/** An AWS account that trusts Azure DevOps: who may ask, and where they sign in. */
export interface AwsAccount {
  readonly account: string
  readonly region: string
  readonly identities: Identities
  readonly sts: LocalSts
  readonly azureDevOps: AzureDevOps
  /** The service connection that signs in by OpenID Connect. */
  readonly oidcConnection: AwsConnection
  stop(): Promise<void>
}

/** The AWS Toolkit's connection type, as it arrives at a task. */
export type AwsConnection = ReturnType<typeof awsConnection>

/** Starts it. The role of the connection may do what `policy` allows; everything if not given. */
export async function startAwsAccount(policy?: Policy): Promise<AwsAccount> {
  const azureDevOps = await startAzureDevOps()
  const { issuer, audience, subjectOf } = azureDevOps
  const known = identities()
  const trusts = { issuer, audience, subject: subjectOf(connectionId) }
  const roles = [{ arn: roleArn, trusts, ...(policy && { policy }) }]
  const sts = await startLocalSts({ account, region, identities: known, roles, issuers: [issuer] })
  return {
    account,
    region,
    identities: known,
    sts,
    azureDevOps,
    oidcConnection: awsConnection('aws-oidc', connectionId, { assumeRoleArn: roleArn, useOIDC: 'true' }),
    async stop() {
      await Promise.all([sts.stop(), azureDevOps.stop()])
    },
  }
}

/** A connection with all fields of its type, most of them blank. */
export function awsConnection(name: string, id: string, fields: Readonly<Record<string, string>>) {
  return {
    name,
    id,
    type: 'AWS',
    url: 'https://aws.amazon.com/',
    scheme: 'UsernamePassword',
    parameters: {
      username: '',
      password: '',
      sessionToken: '',
      assumeRoleArn: '',
      roleSessionName: '',
      externalId: '',
      useOIDC: 'false',
      ...fields,
    },
  }
}
