import { InvalidValue } from '../model/invalid-value.ts'
import type { AccessKey, AwsCredentials, UnusedField } from './aws-credentials.ts'
import { parseRole, type RoleText } from './parse-role.ts'

/** A service connection of the AWS Toolkit's type `AWS`, as the agent hands it over. */
export interface AwsConnection {
  /** The connection's GUID: Azure DevOps gives tokens for it. */
  readonly id: string
  readonly fields: AwsFields
}

/**
 * The fields of a connection; any may be missing or blank. Clients such as Terraform always write all seven.
 * https://github.com/aws/aws-toolkit-azure-devops/blob/master/vss-extension.json
 */
export type AwsFields = Readonly<
  Partial<
    Record<
      'username' | 'password' | 'sessionToken' | 'assumeRoleArn' | 'roleSessionName' | 'externalId' | 'useOIDC',
      string
    >
  >
>

/** Where credentials may be written outside of the connection. */
export interface Surroundings {
  /** A pipeline variable, `AWS.AccessKeyID`; secrets are masked before they are given. */
  readonly variable: (name: string) => string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * How a task signs in to AWS: by the connection; else by the pipeline variables that the AWS Toolkit knows; else by the
 * environment's access key; else by what the agent has. What is blank is absent, and a connection of blanks is none.
 * https://docs.aws.amazon.com/vsts/latest/userguide/getting-started.html#supply-task-credentials-using-build-variables
 * Throws InvalidValue for what is incomplete or cannot be used; no secret is in it.
 */
export function parseAwsConnection(connection: AwsConnection | undefined, around: Surroundings): AwsCredentials {
  const variable = (name: string) => present(around.variable(name))
  const agent = {
    sessionName: defaultSessionName(variable),
    seconds: variable('aws.rolecredential.maxduration'),
    key: environmentKey(around.environment),
  }
  const given = (connection && parseFields(connection, agent)) ?? parseVariables(variable, agent)
  if (given !== undefined) return given
  return agent.key === undefined ? { kind: 'ambient' } : { kind: 'static', ...agent.key }
}

type Variable = Surroundings['variable']

/** What holds for any role, and the key of the agent's environment. */
interface Agent extends Pick<RoleText, 'sessionName' | 'seconds'> {
  readonly key: AccessKey | undefined
}

function parseFields({ id, fields }: AwsConnection, agent: Agent): AwsCredentials | undefined {
  const field = (name: keyof AwsFields) => present(fields[name])
  const filled = (...names: readonly UnusedField[]) => names.filter((name) => field(name) !== undefined)
  const arn = field('assumeRoleArn')
  const sessionName = field('roleSessionName') ?? agent.sessionName
  if (field('useOIDC')?.toLowerCase() === 'true') {
    if (arn === undefined) {
      throw new InvalidValue(
        'names a connection with OpenID Connect, but without a role',
        'Write the ARN of a role into its field Role to Assume',
      )
    }
    // The connection's page cannot clear a secret, so one that was there before OpenID Connect stays for ever.
    const unused = filled('username', 'password', 'sessionToken')
    return { kind: 'oidc', role: parseRole({ seconds: agent.seconds, arn, sessionName }), connectionId: id, unused }
  }
  if (arn === undefined) {
    const key = parseKey(field('username'), field('password'), field('sessionToken'))
    return key && { kind: 'static', ...key }
  }
  const role = parseRole({ seconds: agent.seconds, arn, sessionName, externalId: field('externalId') })
  if (field('username') === undefined) {
    return { kind: 'role', role, by: agent.key ?? 'ambient', unused: filled('password', 'sessionToken') }
  }
  const by = parseKey(field('username'), field('password'), field('sessionToken')) ?? 'ambient'
  return { kind: 'role', role, by, unused: [] }
}

function parseKey(
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
  sessionToken: string | undefined,
): AccessKey | undefined {
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new InvalidValue(
      'names a connection with half a key',
      'Give both its access key id and its secret access key',
    )
  }
  return keyOf(accessKeyId, secretAccessKey, sessionToken)
}

function keyOf(accessKeyId: string, secretAccessKey: string, sessionToken: string | undefined): AccessKey {
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}

function parseVariables(variable: Variable, agent: Agent): AwsCredentials | undefined {
  const key = variableKey(variable)
  const arn = variable('AWS.AssumeRoleArn')
  if (arn === undefined) return key && { kind: 'static', ...key }
  const sessionName = variable('AWS.RoleSessionName') ?? agent.sessionName
  const role = parseRole({ seconds: agent.seconds, arn, sessionName, externalId: variable('AWS.ExternalId') })
  return { kind: 'role', role, by: key ?? agent.key ?? 'ambient', unused: [] }
}

function variableKey(variable: Variable): AccessKey | undefined {
  const accessKeyId = variable('AWS.AccessKeyID')
  if (accessKeyId === undefined) return undefined
  const secretAccessKey = variable('AWS.SecretAccessKey')
  if (secretAccessKey === undefined) {
    throw new InvalidValue(
      'is empty, and the variable AWS.AccessKeyID has no AWS.SecretAccessKey beside it',
      'Choose a connection, or define both variables',
      { mistake: 'missing' },
    )
  }
  return keyOf(accessKeyId, secretAccessKey, variable('AWS.SessionToken'))
}

/** Read here, since the SDK would prefer a profile, and print a warning about it. */
function environmentKey({
  AWS_ACCESS_KEY_ID,
  AWS_SECRET_ACCESS_KEY,
  AWS_SESSION_TOKEN,
}: Surroundings['environment']): AccessKey | undefined {
  const [accessKeyId, secretAccessKey] = [present(AWS_ACCESS_KEY_ID), present(AWS_SECRET_ACCESS_KEY)]
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return keyOf(accessKeyId, secretAccessKey, present(AWS_SESSION_TOKEN))
}

function defaultSessionName(variable: Variable): string {
  const run = variable('Build.BuildId') ?? variable('Release.ReleaseId')
  return run === undefined ? 'platform-image' : `platform-image-${run}`
}

function present(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}
