import type { IncomingMessage } from 'node:http'
import { type Caller, judge } from '../iam/identities.ts'
import { type SignatureFault, verifySignature } from '../iam/request-signature.ts'
import { EcrError } from './ecr-error.ts'
import type { EcrState } from './ecr-state.ts'

const signatureErrors: Readonly<Record<SignatureFault, readonly [name: string, message: string]>> = {
  missing: ['MissingAuthenticationTokenException', 'Missing Authentication Token'],
  'unknown-key': ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  'other-scope': ['InvalidSignatureException', 'Credential should be scoped to a valid region.'],
  'expired-session': ['ExpiredTokenException', 'The security token included in the request is expired'],
  skewed: ['InvalidSignatureException', 'Signature expired: the time of the request is more than 5 min. away'],
  mismatch: [
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ],
}

/** Who signed a request of the API. Throws EcrError as ECR does. */
export function requireCaller(request: IncomingMessage, body: Buffer, ecr: EcrState): Caller {
  const caller = verifySignature(request, body, { service: 'ecr', ...ecr })
  if (typeof caller === 'string') throw new EcrError(...signatureErrors[caller])
  return caller
}

/** What somebody is about to do. */
export interface Deed {
  /** `ecr:PutImage`. */
  readonly action: string
  /** Undefined where the action is about no repository. */
  readonly repositoryName: string | undefined
}

/** Why a caller may not do something, in AWS's own words; undefined where it may. */
export function denialOf(caller: Caller, { action, repositoryName }: Deed, ecr: EcrState): string | undefined {
  const resource =
    repositoryName === undefined ? '*' : `arn:aws:ecr:${ecr.region}:${ecr.account}:repository/${repositoryName}`
  const judgement = judge(caller, action, resource)
  if (judgement === 'allowed') return undefined
  const because =
    judgement === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`
}
