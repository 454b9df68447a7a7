/** ECR said no, or said nothing. Carries ECR's own name for it and no header or credential. */
export class EcrError extends Error {
  override readonly name = 'EcrError'
  /** The exception's name in ECR's API, such as `AccessDeniedException`, or the system's, such as `ENOTFOUND`. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Runs one call and turns its failure into an EcrError that says attempt, reason and next step.
 * `absent` names the exceptions that are an answer here: they give undefined.
 */
export async function attempt<T>(
  what: string,
  call: () => Promise<T>,
  absent: readonly string[] = [],
): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    const code = codeOf(error)
    if (absent.includes(code)) return undefined
    throw new EcrError(code, `Cannot ${what}: ${reason(code, error)}`)
  }
}

/** The class's name in ECR's API; for a failure of the network, the system's code. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown'
  const system = (error as NodeJS.ErrnoException).code
  return system !== undefined && /^E[A-Z]+$/.test(system) ? system : error.name
}

function reason(code: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error)
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'there is no such host. Check the input "regionName" and the agent\'s network.'
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ETIMEDOUT':
    case 'TimeoutError':
      return `ECR does not answer (${code}). Check the agent's network and run again.`
    case 'AccessDeniedException':
      return `${said} Add that permission to the role or user.`
    case 'UnrecognizedClientException':
    case 'InvalidSignatureException':
    case 'ExpiredTokenException':
    case 'CredentialsProviderError':
      return `${said} Check the input "awsCredentials".`
    default:
      return said
  }
}
