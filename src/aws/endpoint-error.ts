/** A setting that should hold the address of an AWS service does not. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError'
  /** A variable of the environment, `AWS_ENDPOINT_URL_STS`, or `endpoint_url` of the agent's AWS configuration. */
  readonly setting: string

  constructor(setting: string) {
    super(setting)
    this.setting = setting
  }
}
