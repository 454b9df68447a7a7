import { InvalidValue } from '../model/invalid-value.ts'
import type { Role } from './aws-credentials.ts'

/** A role as people write it down; blanks are absent. */
export interface RoleText {
  readonly arn: string
  readonly sessionName: string
  readonly externalId?: string | undefined
  /** Digits; undefined: what every role allows. */
  readonly seconds: string | undefined
}

/** Seconds: what STS gives where nobody asks for a duration, and what every role allows. */
const usualDuration = 3600

/**
 * Reads a role, within the limits of STS. Throws InvalidValue.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function parseRole({ arn, sessionName, externalId, seconds }: RoleText): Role {
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn)) {
    throw new InvalidValue(
      `names the role "${arn}", which is not the ARN of a role`,
      'Write it as arn:aws:iam::123456789012:role/name',
    )
  }
  return {
    arn,
    sessionName: cleanSessionName(sessionName),
    ...(externalId !== undefined && { externalId }),
    seconds: seconds === undefined ? usualDuration : parseDuration(seconds),
  }
}

/** The partition in a role's ARN, `aws-cn`. */
export function partitionOfRole({ arn }: Pick<Role, 'arn'>): string {
  return arn.split(':')[1] ?? ''
}

/** What STS does not take becomes a hyphen. */
function cleanSessionName(name: string): string {
  return name
    .replaceAll(/[^\w+=,.@-]+/g, '-')
    .slice(0, 64)
    .padEnd(2, '-')
}

function parseDuration(digits: string): number {
  const seconds = Number(digits)
  if (/^\d+$/.test(digits) && seconds >= 900 && seconds <= 43_200) return seconds
  throw new InvalidValue(
    `needs the variable aws.rolecredential.maxduration, which is "${digits}"`,
    'Give it a whole number of seconds from 900 to 43200',
  )
}
