/** An access key of AWS, long-lived or of a session. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** A role to be assumed, and how. */
export interface Role {
  /** `arn:<partition>:iam::<account>:role/<path and name>`. */
  readonly arn: string
  /** Shown in CloudTrail: 2 to 64 of the characters that STS takes. */
  readonly sessionName: string
  /** What the role's trust policy may ask for. */
  readonly externalId?: string
  /** Seconds that a session lasts. */
  readonly seconds: number
}

/** A field of a service connection that has a value and is not used. */
export type UnusedField = 'username' | 'password' | 'sessionToken'

/** How the tasks prove to AWS who they are. */
export type AwsCredentials =
  | ({ readonly kind: 'static' } & AccessKey)
  /** Whatever the agent has: profile, container or instance role. */
  | { readonly kind: 'ambient' }
  /** A role that an access key assumes, else whatever the agent has. */
  | {
      readonly kind: 'role'
      readonly role: Role
      readonly by: AccessKey | 'ambient'
      readonly unused: readonly UnusedField[]
    }
  /** A role that Azure DevOps vouches for, by a token for one service connection. */
  | {
      readonly kind: 'oidc'
      readonly role: Role
      readonly connectionId: string
      readonly unused: readonly UnusedField[]
    }
