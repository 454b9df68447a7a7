import * as v from 'valibot'
import { type HttpClient, type HttpRequest, type HttpResponse } from '../http/http-client.ts'
import type { RegistryCredentials } from '../model/credentials.ts'
import type { Reference } from '../model/reference.ts'
import { mayLeadTo } from '../model/safe-address.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import { readRefusal, RegistryError } from './registry-error.ts'

/** Finds what a registry wants; undefined where nothing is known for it. Docker Hub is `docker.io`. */
export type CredentialsSource = (registry: string) => Promise<RegistryCredentials | undefined>

export interface SignInOptions {
  /** Asked only when a registry wants credentials; default: there are none. */
  readonly credentials?: CredentialsSource
  /** Hides a secret in the log before it is used. */
  readonly mask?: (secret: string) => void
}

interface Http {
  readonly http: HttpClient
}

/** An answer, and whether credentials were used to get it. */
export interface RegistryAnswer {
  readonly response: HttpResponse
  readonly hasCredentials: boolean
}

/** What goes with every further request to a repository. */
interface SignIn {
  /** Value of the Authorization header; undefined where nothing can be done about the challenge. */
  readonly authorization: string | undefined
  readonly hasCredentials: boolean
}

const tokenSchema = v.object({ token: v.optional(v.string()), access_token: v.optional(v.string()) })
const longestTokenAnswer = 1024 * 1024

/**
 * Asks as a registry wants to be asked: first without credentials; after a 401 with what its challenge says, Basic or a
 * Bearer token, and so for the repository from then on. A token that has expired is replaced once per request.
 * https://distribution.github.io/distribution/spec/auth/token/
 * Credentials go to the registry that they belong to, and to the place that it names for tokens, and nowhere else.
 */
export function signingClient(http: HttpClient, options: SignInOptions) {
  const signIns = new Map<string, Promise<SignIn>>()

  async function send(request: HttpRequest, signIn: SignIn | undefined): Promise<RegistryAnswer> {
    const { authorization, hasCredentials = false } = signIn ?? {}
    const headers = { ...request.headers, ...(authorization !== undefined && { authorization }) }
    return { response: await http({ ...request, headers }), hasCredentials }
  }

  return async (place: Reference, request: HttpRequest): Promise<RegistryAnswer> => {
    const key = `${place.registry}/${place.repository}`
    const known = signIns.get(key)
    const answer = await send(request, await known)
    if (answer.response.status !== 401 || answer.response.redirectedTo !== undefined) return answer

    // Another request may have signed in meanwhile.
    let signIn = signIns.get(key)
    if (signIn === undefined || signIn === known) {
      signIn = answerChallenge(place, answer.response, { http, asked: request.url, ...options })
      signIns.set(key, signIn)
      signIn.catch(() => signIns.delete(key))
    }
    const { authorization, hasCredentials } = await signIn
    return authorization === undefined
      ? { response: answer.response, hasCredentials }
      : send(request, { authorization, hasCredentials })
  }
}

async function answerChallenge(
  place: Reference,
  { headers }: HttpResponse,
  {
    http,
    asked,
    credentials: find = () => Promise.resolve(undefined),
    mask = () => undefined,
  }: SignInOptions & Http & { readonly asked: string },
): Promise<SignIn> {
  const challenges = parseChallenges(headers['www-authenticate'] ?? '')
  const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.realm !== undefined)
  const basic = challenges.some(({ scheme }) => scheme === 'basic')
  if (bearer === undefined && !basic) return { authorization: undefined, hasCredentials: false }

  const credentials = await find(place.registry)
  const proof = credentials && basicAuthorization(credentials, mask)
  if (bearer === undefined) return { authorization: proof, hasCredentials: proof !== undefined }
  const token = await fetchToken(place, { url: tokenAddress(place, bearer, asked), proof, http })
  mask(token)
  return { authorization: `Bearer ${token}`, hasCredentials: proof !== undefined }
}

function basicAuthorization({ username, password }: RegistryCredentials, mask: (secret: string) => void): string {
  const proof = Buffer.from(`${username}:${password}`).toString('base64')
  mask(password)
  mask(proof)
  return `Basic ${proof}`
}

/** Where the registry, asked at one address, says that tokens are. */
function tokenAddress(place: Reference, { parameters }: Challenge, asked: string): string {
  const realm = URL.canParse(parameters.realm ?? '') ? new URL(parameters.realm ?? '') : undefined
  if (realm === undefined || !mayLeadTo(new URL(asked), realm)) {
    throw new RegistryError(place, { what: 'unsafe-token-address' })
  }
  realm.username = ''
  realm.password = ''
  if (parameters.service !== undefined) realm.searchParams.set('service', parameters.service)
  const scopes = parameters.scope?.split(' ').filter(Boolean) ?? []
  for (const scope of scopes.length > 0 ? scopes : [`repository:${place.repository}:pull`]) {
    realm.searchParams.append('scope', scope)
  }
  return realm.href
}

async function fetchToken(
  place: Reference,
  { url, proof, http }: Http & { readonly url: string; readonly proof: string | undefined },
): Promise<string> {
  const headers = proof === undefined ? {} : { authorization: proof }
  const response = await http({ method: 'GET', url, headers, maxBytes: longestTokenAnswer })
  const { redirectedTo: host = new URL(url).host } = response
  if (response.status !== 200) {
    throw new RegistryError(place, { what: 'no-sign-in', host, ...readRefusal(response, proof !== undefined) })
  }
  const token = readToken(response.body)
  if (token !== undefined) return token
  throw new RegistryError(place, { what: 'no-token', host })
}

/** Some places call it one thing, some the other. A token has to fit into a header. */
function readToken(body: Buffer): string | undefined {
  try {
    const { token, access_token: accessToken } = v.parse(tokenSchema, JSON.parse(body.toString('utf8')))
    return [token, accessToken].find((candidate) => candidate !== undefined && /^[\x21-\x7e]+$/.test(candidate))
  } catch {
    return undefined
  }
}
