import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Caller } from '../iam/identities.ts'
import { type SignatureFault, verifySignature } from '../iam/request-signature.ts'
import { assumeRole, assumeRoleWithWebIdentity, type Session } from './assume-role.ts'
import { StsError } from './sts-error.ts'
import type { LocalStsOptions, StsState } from './sts-state.ts'
import { writeElements } from './xml.ts'

/** One request that the local STS answered. */
export interface StsRequest {
  /** Such as `AssumeRole`. */
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
  readonly status: number
}

/** A running AWS STS on the loopback interface: one account, one region. */
export interface LocalSts {
  /** `http://localhost:<port>`, for AWS_ENDPOINT_URL_STS. */
  readonly endpoint: string
  readonly requests: readonly StsRequest[]
  stop(): Promise<void>
}

const signatureErrors: Readonly<Record<SignatureFault, readonly [code: string, message: string]>> = {
  missing: ['MissingAuthenticationToken', 'Request is missing Authentication Token'],
  'unknown-key': ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
  'other-scope': ['SignatureDoesNotMatch', 'Credential should be scoped to a valid region. '],
  'expired-session': ['ExpiredToken', 'The security token included in the request is expired'],
  skewed: ['SignatureDoesNotMatch', 'Signature expired: the time of the request is more than 5 min. away'],
  mismatch: [
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ],
}

/** Starts a local STS. https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html */
export async function startLocalSts(options: LocalStsOptions): Promise<LocalSts> {
  const sts: StsState = { issuers: [], clock: () => new Date(), ...options }
  const requests: StsRequest[] = []
  const server = createServer((request, response) => {
    void answer(request, response, sts).then((answered) => requests.push(answered))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    requests,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, sts: StsState): Promise<StsRequest> {
  const body = await buffer(request)
  const parameters = Object.fromEntries(new URLSearchParams(body.toString('utf8')))
  const { Action: action = '' } = parameters
  try {
    const result = await act({ request, body, parameters }, sts)
    writeXml(response, 200, {
      [`${action}Response`]: { [`${action}Result`]: result, ResponseMetadata: { RequestId: randomUUID() } },
    })
  } catch (error) {
    const { code, message, status } =
      error instanceof StsError ? error : new StsError('InternalFailure', String(error), 500)
    const Type = status < 500 ? 'Sender' : 'Receiver'
    writeXml(response, status, {
      ErrorResponse: { Error: { Type, Code: code, Message: message }, RequestId: randomUUID() },
    })
  }
  return { action, parameters, status: response.statusCode }
}

interface Call {
  readonly request: IncomingMessage
  readonly body: Buffer
  readonly parameters: Readonly<Record<string, string>>
}

async function act(call: Call, sts: StsState): Promise<object> {
  const { Action: action = '' } = call.parameters
  switch (action) {
    case 'AssumeRole':
      return sessionOf(assumeRole(call.parameters, callerOf(call, sts), sts))
    case 'AssumeRoleWithWebIdentity':
      // The token is the proof: nobody signs this request.
      return sessionOf(await assumeRoleWithWebIdentity(call.parameters, sts))
    case 'GetCallerIdentity':
      return { Arn: callerOf(call, sts).arn, UserId: 'AIDALOCAL', Account: sts.account }
    default:
      throw new StsError('InvalidAction', `Could not find operation ${action}`, 400)
  }
}

function callerOf({ request, body }: Call, { identities, region, clock }: StsState): Caller {
  const caller = verifySignature(request, body, { service: 'sts', region, identities, clock })
  if (typeof caller === 'string') throw new StsError(...signatureErrors[caller])
  return caller
}

function sessionOf({ key, roleId }: Session): object {
  return {
    AssumedRoleUser: { AssumedRoleId: roleId, Arn: key.arn },
    Credentials: {
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      SessionToken: key.sessionToken,
      Expiration: key.expiration.toISOString(),
    },
  }
}

function writeXml(response: ServerResponse, status: number, document: object): void {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(writeElements(document))
}
