import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import * as v from 'valibot'
import { StsError } from './sts-error.ts'

/** What a verified token says. */
export interface WebIdentity {
  readonly issuer: string
  readonly subject: string
  readonly audience: string
}

const header = v.object({ alg: v.literal('RS256'), kid: v.string() })
const claims = v.object({ iss: v.string(), sub: v.string(), aud: v.optional(v.string()), exp: v.number() })
const configuration = v.object({ jwks_uri: v.string() })
const keySet = v.object({ keys: v.array(v.looseObject({ kid: v.string() })) })

/**
 * Verifies a JSON Web Token by the keys that its issuer shows. Only issuers that the account knows are asked.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function verifyWebIdentity(
  token: string,
  { issuers, clock }: { readonly issuers: readonly string[]; readonly clock: () => Date },
): Promise<WebIdentity> {
  const [head = '', body = '', signature = ''] = token.split('.')
  const said = v.safeParse(claims, decode(body))
  const signed = v.safeParse(header, decode(head))
  if (!said.success || !signed.success)
    throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)')
  const { iss, sub, aud, exp } = said.output
  if (!issuers.includes(iss)) throw invalid(`No OpenIDConnect provider found in your account for ${iss}`)
  if (aud === undefined) throw invalid('Missing a required claim: aud')
  if (exp * 1000 <= clock().getTime()) {
    throw new StsError(
      'ExpiredTokenException',
      'Token expired: current date/time must be before the expiration date/time',
      400,
    )
  }
  const key = await fetchKey(iss, signed.output.kid)
  const isGenuine = verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))
  if (!isGenuine) throw invalid('The web identity token that was passed could not be validated')
  return { issuer: iss, subject: sub, audience: aud }
}

async function fetchKey(issuer: string, kid: string) {
  try {
    const { jwks_uri } = v.parse(configuration, await fetchJson(`${issuer}/.well-known/openid-configuration`))
    const { keys } = v.parse(keySet, await fetchJson(jwks_uri))
    const key = keys.find((candidate) => candidate.kid === kid)
    return createPublicKey({ key: key as JsonWebKey, format: 'jwk' })
  } catch {
    throw invalid(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    )
  }
}

async function fetchJson(url: string): Promise<unknown> {
  return (await fetch(url)).json()
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

function invalid(message: string): StsError {
  return new StsError('InvalidIdentityToken', message, 400)
}
