import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The part of Azure DevOps that vouches for jobs: it gives tokens to them, and shows the keys that it signs with. */
export interface AzureDevOps {
  /** For the variable System.OidcRequestUri. */
  readonly requestUri: string
  /** As tokens name it: `http://localhost:<port>/<organisation's GUID>`. */
  readonly issuer: string
  readonly audience: string
  /** What a job shows to get a token: SYSTEMVSSCONNECTION's AccessToken. */
  readonly jobToken: string
  /** The subject of the tokens for a connection, `sc://local/local/<GUID>`. */
  readonly subjectOf: (connectionId: string) => string
  /** The tokens that were given, oldest first. */
  readonly tokens: readonly string[]
  stop(): Promise<void>
}

interface Issuer {
  readonly issuer: string
  readonly key: KeyObject
  readonly publicKey: KeyObject
}

const audience = 'api://AzureADTokenExchange'
/** Seconds. */
const lifetime = 600

/**
 * Starts it on the loopback interface.
 * https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create
 */
export async function startAzureDevOps(): Promise<AzureDevOps> {
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jobToken = `job-token-${randomUUID()}`
  const tokens: string[] = []
  const server = createServer((request, response) => {
    answer(request, response, { issuer, key, publicKey })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://localhost:${String((server.address() as AddressInfo).port)}`
  const issuer = `${origin}/${randomUUID()}`

  function answer(request: IncomingMessage, response: ServerResponse, signer: Issuer): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin)
    if (pathname.endsWith('/.well-known/openid-configuration')) {
      writeJson(response, 200, { issuer, jwks_uri: `${issuer}/.well-known/jwks` })
    } else if (pathname.endsWith('/.well-known/jwks')) {
      writeJson(response, 200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'local', alg: 'RS256' }] })
    } else if (request.method !== 'POST' || !pathname.endsWith('/oidctoken')) {
      writeJson(response, 404, { message: 'The resource cannot be found.' })
    } else if (request.headers.authorization !== `Bearer ${jobToken}`) {
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
    } else if (!searchParams.has('api-version')) {
      writeJson(response, 400, { message: 'No api-version was supplied for the "POST" request.' })
    } else {
      const token = signToken(subjectOf(searchParams.get('serviceConnectionId') ?? ''), signer)
      tokens.push(token)
      writeJson(response, 200, { oidcToken: token })
    }
  }

  return {
    requestUri: `${origin}/local/_apis/distributedtask/hubs/build/plans/plan/jobs/job/oidctoken`,
    issuer,
    audience,
    jobToken,
    subjectOf,
    tokens,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** The service writes the connection's name; here nobody knows it. */
function subjectOf(connectionId: string): string {
  return `sc://local/local/${connectionId}`
}

/** https://www.rfc-editor.org/rfc/rfc7515#section-3 */
function signToken(subject: string, { issuer, key }: Issuer): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    jti: randomUUID(),
    iss: issuer,
    sub: subject,
    aud: audience,
    iat: now,
    nbf: now,
    exp: now + lifetime,
  }
  const signed = [{ typ: 'JWT', alg: 'RS256', kid: 'local' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}

function writeJson(response: ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(document))
}
