/** A setting of the environment that should hold the address of an AWS service does not. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError'
  /** Such as `AWS_ENDPOINT_URL_STS`. */
  readonly setting: string

  constructor(setting: string) {
    super(setting)
    this.setting = setting
  }
}
