import type { AwsCredentials } from '../src/aws/aws-credentials.ts'
import { requireSafeEndpoints } from '../src/aws/endpoints.ts'
import { parseAwsConnection } from '../src/aws/parse-aws-connection.ts'
import { signIn } from '../src/aws/sign-in.ts'
import { formatTrustStatement } from '../src/aws/trust-statement.ts'
import type { EcrAccess } from '../src/ecr/ecr-connection.ts'
import { readNetwork } from '../src/http/network.ts'
import { outgoingAgent } from '../src/http/outgoing-agent.ts'
import { InvalidInput } from '../src/model/invalid-input.ts'
import type { Log } from '../src/model/log.ts'
import { type Inputs, namingInput } from '../src/pipelines/form.ts'
import type { StepContext } from '../src/pipelines/run-task.ts'
import type { awsInputs } from './aws-inputs.ts'
import { retryingHttp, retryOptions } from './retrying-http.ts'

/** What a task's context has to do with AWS. */
export type AwsContext = Pick<StepContext, 'log' | 'signal' | 'variable' | 'secretVariable' | 'jobToken' | 'mask'> & {
  readonly inputs: Inputs<typeof awsInputs>
}

/** How the task asks AWS: by its connection, by variables, or as the agent itself. Nothing is asked yet. */
export function awsAccess(context: AwsContext): EcrAccess {
  const { log, signal, variable, jobToken, mask } = context
  requireSafeEndpoints(process.env)
  const connections = outgoingAgent(readNetwork(variable))
  const credentials = readCredentials(context)
  tellUnused(credentials, log)
  return {
    credentials: signIn(credentials, {
      http: retryingHttp(context),
      connections,
      oidc: { requestUri: variable('System.OidcRequestUri'), jobToken },
      mask,
      onRefusedToken: (claims, role) => {
        log.info('The trust policy of the role has to hold this statement:')
        for (const line of formatTrustStatement(claims, role)) log.info(line)
      },
    }),
    signal,
    httpsAgent: connections,
    retries: retryOptions(context),
  }
}

/** The same for a validation: what is missing for signing in is an error only where somebody has to sign in. */
export function lenientAwsAccess(context: AwsContext): EcrAccess {
  try {
    return awsAccess(context)
  } catch (error) {
    if (!(error instanceof InvalidInput) || error.mistake === 'invalid') throw error
    return { credentials: { kind: 'session', keyFor: () => Promise.reject(error) }, signal: context.signal }
  }
}

const secretVariables: ReadonlySet<string> = new Set(['AWS.SecretAccessKey', 'AWS.SessionToken'])

function readCredentials({ inputs, variable, secretVariable }: AwsContext): AwsCredentials {
  return namingInput('awsCredentials', () =>
    parseAwsConnection(inputs.awsCredentials(), {
      variable: (name) => (secretVariables.has(name) ? secretVariable(name) : variable(name)),
      environment: process.env,
    }),
  )
}

/** The connection's page cannot clear a secret, so this is no reason to warn. */
function tellUnused(credentials: AwsCredentials, log: Log): void {
  if (!('unused' in credentials) || credentials.unused.length === 0) return
  const how = credentials.kind === 'oidc' ? 'OpenID Connect' : "the agent's own credentials"
  log.info(`The connection assumes its role by ${how}; its ${credentials.unused.join(', ')} is not used`)
}
