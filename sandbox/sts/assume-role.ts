import { type Caller, type Identities, matches } from '../iam/identities.ts'
import type { TrustedRole } from './role.ts'
import { StsError } from './sts-error.ts'
import type { StsState } from './sts-state.ts'
import { verifyWebIdentity } from './web-identity.ts'

/** A session that was opened. */
export interface Session {
  readonly key: ReturnType<Identities['openSession']>
  readonly roleId: string
}

type Parameters = Readonly<Record<string, string>>

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function assumeRole(parameters: Parameters, caller: Caller, sts: StsState): Session {
  const wanted = validate(parameters)
  const role = sts.roles.find(({ arn }) => arn === wanted.arn)
  const isTrusted =
    role !== undefined &&
    'caller' in role.trusts &&
    matches(caller.arn, role.trusts.caller) &&
    (role.trusts.externalId === undefined || role.trusts.externalId === parameters.ExternalId)
  // A role that is not there is refused in the same words.
  if (!isTrusted) {
    throw new StsError(
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${wanted.arn}`,
    )
  }
  return open(role, wanted, sts)
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export async function assumeRoleWithWebIdentity(parameters: Parameters, sts: StsState): Promise<Session> {
  const wanted = validate(parameters)
  const { issuer, subject, audience } = await verifyWebIdentity(parameters.WebIdentityToken ?? '', sts)
  const role = sts.roles.find(({ arn }) => arn === wanted.arn)
  const isTrusted =
    role !== undefined &&
    'issuer' in role.trusts &&
    role.trusts.issuer === issuer &&
    role.trusts.audience === audience &&
    matches(subject, role.trusts.subject)
  if (!isTrusted) throw new StsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity')
  return open(role, wanted, sts)
}

interface Wanted {
  readonly arn: string
  readonly sessionName: string
  readonly seconds: number
}

function validate({
  RoleArn: arn = '',
  RoleSessionName: sessionName = '',
  DurationSeconds = '3600',
}: Parameters): Wanted {
  const seconds = Number(DurationSeconds)
  const faults = [
    ...(arn.startsWith('arn:') ? [] : [`Value '${arn}' at 'roleArn' failed to satisfy constraint`]),
    ...(/^[\w+=,.@-]{2,64}$/.test(sessionName)
      ? []
      : [
          `Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
        ]),
    ...(seconds >= 900 && seconds <= 43_200
      ? []
      : [`Value '${DurationSeconds}' at 'durationSeconds' failed to satisfy constraint`]),
  ]
  const [first] = faults
  if (first !== undefined) {
    throw new StsError('ValidationError', `${String(faults.length)} validation error detected: ${first}`, 400)
  }
  return { arn, sessionName, seconds }
}

function open({ arn, longest = 3600, policy }: TrustedRole, { sessionName, seconds }: Wanted, sts: StsState): Session {
  if (seconds > longest) {
    throw new StsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      400,
    )
  }
  const name = arn.split('/').at(-1) ?? ''
  const key = sts.identities.openSession({
    arn: `arn:aws:sts::${sts.account}:assumed-role/${name}/${sessionName}`,
    expiration: new Date(sts.clock().getTime() + seconds * 1000),
    ...(policy && { policy }),
  })
  return { key, roleId: `AROALOCAL:${sessionName}` }
}
