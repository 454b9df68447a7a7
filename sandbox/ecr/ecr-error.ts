/** An answer of ECR's API that is an error: HTTP status, the name that clients match on, and ECR's own text. */
export class EcrError extends Error {
  override readonly name: string
  readonly status: number

  constructor(name: string, message: string, status = 400) {
    super(message)
    this.name = name
    this.status = status
  }
}

/** A parameter that breaks a constraint of the service model; `constraint` as ECR words it. */
export function invalidParameter(parameter: string, constraint: string): EcrError {
  return new EcrError(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  )
}

/** The text for a missing repository, the same from the API and from `/v2`. */
export function noSuchRepository(name: string, registryId: string): string {
  return `The repository with name '${name}' does not exist in the registry with id '${registryId}'`
}

/** The text for a tag that must not move, the same from the API and from `/v2`. */
export function frozenTag(tag: string, repositoryName: string): string {
  return `The image tag '${tag}' already exists in the '${repositoryName}' repository and cannot be overwritten because the tag is immutable.`
}
