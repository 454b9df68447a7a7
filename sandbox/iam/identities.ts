import { randomBytes } from 'node:crypto'

/** An access key without a session, as a user has it. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Who signs a request. */
export interface Caller extends Credentials {
  /** `arn:aws:iam::123456789012:user/x`, or of a session, `arn:aws:sts::123456789012:assumed-role/x/name`. */
  readonly arn: string
  readonly sessionToken?: string
  readonly expiration?: Date
  /** What it may do; undefined: everything. */
  readonly policy?: Policy
}

/** What is allowed and what is denied: actions by the resources that they are done to, both with `*` for anything. */
export type Policy = readonly {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}[]

/** The access keys of one account. */
export interface Identities {
  /** The sessions that were opened, oldest first. */
  readonly sessions: readonly Caller[]
  readonly find: (accessKeyId: string) => Caller | undefined
  readonly add: (caller: Caller) => void
  /** A new session of a role, with a key of its own. */
  readonly openSession: (
    session: Pick<Caller, 'arn' | 'policy'> & { readonly expiration: Date },
  ) => Required<Omit<Caller, 'policy'>>
}

export function identities(...users: readonly Caller[]): Identities {
  const callers = new Map(users.map((user) => [user.accessKeyId, user]))
  const sessions: Caller[] = []
  return {
    sessions,
    find: (accessKeyId) => callers.get(accessKeyId),
    add: (caller) => callers.set(caller.accessKeyId, caller),
    openSession({ policy, ...session }) {
      const caller = {
        ...session,
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(300).toString('base64'),
      }
      callers.set(caller.accessKeyId, { ...caller, ...(policy && { policy }) })
      sessions.push(caller)
      return caller
    },
  }
}

/**
 * What a caller's policy says of an action on a resource: what is denied stays so, whatever allows it, and what nothing
 * allows is not allowed. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function judge({ policy }: Caller, action: string, resource: string): 'allowed' | 'denied' | 'not allowed' {
  if (policy === undefined) return 'allowed'
  const effects = policy
    .filter(
      ({ actions, resources }) =>
        actions.some((pattern) => matches(action, pattern)) && resources.some((pattern) => matches(resource, pattern)),
    )
    .map(({ effect }) => effect)
  if (effects.includes('Deny')) return 'denied'
  return effects.includes('Allow') ? 'allowed' : 'not allowed'
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
export function matches(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}
