import { InvalidValue } from '../model/invalid-value.ts'

/** How the tasks prove to AWS who they are. */
export type AwsCredentials =
  | {
      readonly kind: 'static'
      readonly accessKeyId: string
      readonly secretAccessKey: string
      readonly sessionToken?: string
    }
  /** Whatever the agent has: environment, profile, container or instance role. */
  | { readonly kind: 'ambient' }

/** The fields of a service connection of the AWS Toolkit's type `AWS`; any may be missing or blank. */
export type AwsConnection = Readonly<
  Partial<Record<'username' | 'password' | 'sessionToken' | 'assumeRoleArn' | 'useOIDC', string>>
>

/**
 * Reads a service connection; a blank field is an absent one. With an empty connection the agent's own credentials count.
 * Throws InvalidValue for a connection that asks for what is not supported or is incomplete.
 */
export function parseAwsConnection(connection: AwsConnection): AwsCredentials {
  const field = (name: keyof AwsConnection) => connection[name]?.trim() ?? ''
  if (field('useOIDC').toLowerCase() === 'true' || field('assumeRoleArn') !== '') {
    throw new InvalidValue(
      'names a connection with a role to assume or OpenID Connect, which this version cannot use',
      'Give a connection with an access key, or none and let the agent have the role',
    )
  }
  const [accessKeyId, secretAccessKey, sessionToken] = [field('username'), field('password'), field('sessionToken')]
  if (accessKeyId === '' && secretAccessKey === '') return { kind: 'ambient' }
  if (accessKeyId === '' || secretAccessKey === '') {
    throw new InvalidValue(
      'names a connection with half a key',
      'Give both its access key id and its secret access key',
    )
  }
  return { kind: 'static', accessKeyId, secretAccessKey, ...(sessionToken !== '' && { sessionToken }) }
}

/**
 * The region, from the input, else the variable `AWS.Region`, else the agent's environment. Throws InvalidValue where
 * there is none, or where it has not the form of a region.
 */
export function parseRegion(candidates: readonly (string | undefined)[]): string {
  const region = candidates
    .map((candidate) => candidate?.trim().toLowerCase() ?? '')
    .find((candidate) => candidate !== '')
  if (region === undefined) {
    throw new InvalidValue(
      'is empty, and neither the variable AWS.Region nor AWS_REGION is set',
      'Give a region, such as eu-west-1',
    )
  }
  if (!/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(region)) {
    throw new InvalidValue(`is "${region}", which is not a region of AWS`, 'Give one such as eu-west-1')
  }
  return region
}
