import { EndpointError } from '../aws/endpoint-error.ts'
import { isOfStsOutage, SignInError, type SignInFault, type StsFault } from '../aws/sign-in-error.ts'
import type { TokenClaims } from '../aws/token-claims.ts'
import { isOutageCode } from '../http/outage.ts'
import { explainWay, tellWay } from './explain-way.ts'
import type { Problem } from './problem.ts'
import { check, type Words } from './words.ts'

type Explained = Omit<Problem, 'attempt'>

const later = 'Run again later'

/** The way to credentials for AWS: Azure DevOps, which vouches for a job, and AWS STS, which opens a session. */
export function explainAws(error: unknown, words: Words): Problem | undefined {
  if (error instanceof SignInError) return { attempt: `Cannot ${error.operation}`, ...explainFault(error.fault, words) }
  if (error instanceof EndpointError) {
    const { setting } = error
    const where = setting === 'endpoint_url' ? 'AWS configuration (~/.aws/config)' : 'environment'
    const reason = `${setting} of the agent's ${where} is not the address of a service`
    return { code: 'aws-endpoint-invalid', reason, advice: ['Write it as https://host, or remove it'] }
  }
  return undefined
}

function explainFault(fault: SignInFault, words: Words): Explained {
  const { awsCredentials = 'the connection' } = words
  switch (fault.what) {
    case 'no-credentials': {
      const reason = fault.isSilent ? `it has none, and ${awsCredentials} names none either` : fault.said
      const advice = [`Choose a connection in ${awsCredentials}, or run on an agent that has a role`]
      return { code: 'aws-credentials-missing', reason, advice }
    }
    case 'no-oidc': {
      const reason = 'the agent names no place for tokens (System.OidcRequestUri), as Azure DevOps Server does not'
      const advice = [`Give ${awsCredentials} a connection with an access key, or a role that the agent assumes`]
      return { code: 'oidc-unavailable', reason, advice }
    }
    case 'oidc-refused': {
      const reason = `${fault.host} answered ${String(fault.status)}`
      return isServerFault(fault.status)
        ? { code: 'oidc-unreachable', reason, advice: [later] }
        : { code: 'oidc-refused', reason, advice: ['Let the pipeline use the connection, and run again'] }
    }
    case 'oidc-unreachable': {
      const { host, because } = fault.connection
      return {
        code: 'oidc-unreachable',
        reason: `${host} ${because}`,
        advice: [...check("the agent's network and its proxy"), later],
        ...explainWay(fault.connection.code),
      }
    }
    case 'oidc-garbled': {
      const reason = `the answer of ${fault.host} holds no token`
      return { code: 'not-azure-devops', reason, advice: check("the agent's network for a proxy in between") }
    }
    case 'other-partition': {
      const { rolePartition, region } = fault
      const reason = `it is a role of the partition ${rolePartition}, and ${region} is not one of its regions`
      return { code: 'aws-role-other-partition', reason, advice: check(awsCredentials, words.regionName) }
    }
    case 'sts':
      return explainSts(fault, words)
  }
}

function isServerFault(status: number): boolean {
  return status === 429 || status >= 500
}

function explainSts(fault: StsFault, words: Words): Explained {
  const { code } = fault
  const way = explainWay(code)
  if (way !== undefined) return { reason: tellWay('STS', code), ...way }
  if (isOutageCode(code) || code === 'ENOTFOUND') {
    const advice = [...check(words.regionName, "the agent's network"), later]
    return { code: 'sts-unreachable', reason: `STS does not answer (${code})`, advice }
  }
  if (isOfStsOutage(fault))
    return { code: 'sts-outage', reason: `STS cannot decide now: ${fault.said}`, advice: [later] }
  return explainStsFault(fault, words)
}

/** STS answers no, and will do so again. */
function explainStsFault(fault: StsFault, words: Words): Explained {
  const { code, said } = fault
  const { awsCredentials = 'the connection', regionName } = words
  if (/^Signature (expired|not yet current)/.test(said)) {
    return { code: 'agent-clock-wrong', reason: said, advice: ["Correct the agent's clock"] }
  }
  switch (code.replace(/Exception$/, '')) {
    case 'Unreadable': {
      const advice = check("the agent's network for a proxy in between")
      return { code: 'not-sts', reason: 'the response is not from STS', advice }
    }
    case 'AccessDenied':
      return { code: 'aws-role-denied', reason: said, advice: trustAdvice(fault, awsCredentials) }
    case 'InvalidIdentityToken':
    case 'IDPRejectedClaim':
      return { code: 'aws-token-refused', reason: said, advice: providerAdvice(fault.claims) }
    case 'ExpiredToken':
      return fault.claims === undefined
        ? {
            code: 'aws-credentials-expired',
            reason: `the temporary credentials have expired (${code})`,
            advice: [`Renew those of ${awsCredentials} and run again`],
          }
        : { code: 'agent-clock-wrong', reason: said, advice: ["Correct the agent's clock, or run again"] }
    case 'RegionDisabled': {
      const advice = ['Activate STS for that region in the IAM console', ...check(regionName)]
      return { code: 'sts-region-disabled', reason: said, advice }
    }
    case 'InvalidClientTokenId':
    case 'UnrecognizedClient':
    case 'SignatureDoesNotMatch': {
      const region = regionName === undefined ? 'that region' : `the region of ${regionName}`
      const advice = check(awsCredentials, `that its account has ${region} enabled`)
      return { code: 'aws-credentials-refused', reason: said, advice }
    }
    case 'ValidationError':
      return said.includes('DurationSeconds')
        ? {
            code: 'aws-session-too-long',
            reason: said,
            advice: ['Lower the variable aws.rolecredential.maxduration, or raise the maximum of the role'],
          }
        : { code: 'sts-refused', reason: said, advice: [] }
    default:
      return { code: 'sts-refused', reason: said, advice: [] }
  }
}

function trustAdvice({ claims, hasExternalId }: StsFault, awsCredentials: string): string[] {
  if (claims !== undefined)
    return [formatClaims(claims), 'Compare the trust policy of the role with the statement above']
  const externalId = hasExternalId
    ? 'the external id of the connection is the one that it asks for'
    : 'it asks for no external id'
  return [`Let the trust policy of the role name the caller, and check that ${externalId} (${awsCredentials})`]
}

function providerAdvice(claims: TokenClaims | undefined): string[] {
  const advice = 'Give the account of the role an identity provider with that issuer and audience'
  return claims === undefined ? [advice] : [formatClaims(claims), advice]
}

function formatClaims({ issuer, subject, audience }: TokenClaims): string {
  return `The token has the issuer ${issuer}, the subject ${subject} and the audience ${audience.join(', ') || '(none)'}`
}
