import * as v from 'valibot'

/** What a token says of itself; it is for AWS to verify. */
export interface TokenClaims {
  readonly issuer: string
  readonly subject: string
  readonly audience: readonly string[]
}

const claimsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    iss: v.string(),
    sub: v.string(),
    aud: v.optional(
      v.union([
        v.array(v.string()),
        v.pipe(
          v.string(),
          v.transform((one) => [one]),
        ),
      ]),
      [],
    ),
  }),
)

/**
 * Reads the middle part of a JSON Web Token; undefined where that is none.
 * https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 */
export function readClaims(token: string): TokenClaims | undefined {
  const [, payload = ''] = token.split('.')
  const claims = v.safeParse(claimsSchema, Buffer.from(payload, 'base64url').toString('utf8'))
  if (!claims.success) return undefined
  const { iss: issuer, sub: subject, aud: audience } = claims.output
  return { issuer, subject, audience }
}
