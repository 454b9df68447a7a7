import * as v from 'valibot'
import { ConnectionError, type HttpClient, type HttpRequest } from '../http/http-client.ts'
import type { Mask } from '../model/mask.ts'
import { SignInError } from './sign-in-error.ts'
import { readClaims, type TokenClaims } from './token-claims.ts'

/** Where Azure DevOps gives tokens to this job, and what the job shows for them. */
export interface OidcSource {
  /** `System.OidcRequestUri`. */
  readonly requestUri: string | undefined
  /** The job's own access token. */
  readonly jobToken: () => string | undefined
}

/** A token of Azure DevOps for one service connection, and what it says. */
export interface OidcToken {
  readonly text: string
  readonly claims: TokenClaims
}

interface OidcPorts {
  /** Repeats what is not answered. */
  readonly http: HttpClient
  readonly mask: Mask
}

const answerSchema = v.pipe(v.string(), v.parseJson(), v.object({ oidcToken: v.pipe(v.string(), v.nonEmpty()) }))

/** Bytes; far above any token. */
const largestAnswer = 256 * 1024

/**
 * Asks Azure DevOps for a token that vouches for one service connection, as Azure's own SDK does.
 * https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create
 * https://github.com/Azure/azure-sdk-for-js/blob/main/sdk/identity/identity/src/credentials/azurePipelinesCredential.ts
 * The token is masked before anybody gets it. Throws SignInError.
 */
export async function readOidcToken(
  connectionId: string,
  { requestUri, jobToken }: OidcSource,
  { http, mask }: OidcPorts,
): Promise<OidcToken> {
  const operation = 'get a token of Azure DevOps for the service connection'
  const bearer = jobToken()
  if (requestUri === undefined || !URL.canParse(requestUri) || bearer === undefined) {
    throw new SignInError(operation, { what: 'no-oidc' })
  }
  const { host } = new URL(requestUri)
  const { status, body } = await ask(operation, http, tokenRequest(requestUri, { connectionId, bearer }))
  if (status !== 200) throw new SignInError(operation, { what: 'oidc-refused', host, status })
  const answer = v.safeParse(answerSchema, body.toString('utf8'))
  if (!answer.success) throw new SignInError(operation, { what: 'oidc-garbled', host })
  const text = answer.output.oidcToken
  mask(text)
  const claims = readClaims(text)
  if (claims === undefined) throw new SignInError(operation, { what: 'oidc-garbled', host })
  return { text, claims }
}

function tokenRequest(
  requestUri: string,
  { connectionId, bearer }: { readonly connectionId: string; readonly bearer: string },
): HttpRequest {
  const url = new URL(requestUri)
  url.searchParams.set('api-version', '7.1')
  url.searchParams.set('serviceConnectionId', connectionId)
  return {
    method: 'POST',
    url: url.href,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${bearer}`,
      'content-type': 'application/json',
      // Else a token that is refused leads to a page for people.
      'x-tfs-fedauthredirect': 'Suppress',
    },
    body: '{}',
    timeout: 10_000,
    maxBytes: largestAnswer,
    followsRedirects: false,
    // Each answer is a token of its own, and none is used up.
    isRepeatable: true,
  }
}

async function ask(operation: string, http: HttpClient, request: HttpRequest): ReturnType<HttpClient> {
  try {
    return await http(request)
  } catch (error) {
    if (error instanceof ConnectionError)
      throw new SignInError(operation, { what: 'oidc-unreachable', connection: error })
    throw error
  }
}
