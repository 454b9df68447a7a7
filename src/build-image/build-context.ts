/** The folder that an image is built from. */
export interface BuildContext {
  /** Makes sure that everything in it can be sent to the engine; throws an Error that names what cannot. */
  list(): Promise<unknown>
  /** The hash of what a build with these options takes, by the algorithm that the check uses. */
  hash(options: BuildOptions): Promise<string>
}

/** What an image is made of, beside its files and its base. */
export interface BuildOptions {
  readonly target?: string
  readonly buildArguments: Readonly<Record<string, string>>
}
