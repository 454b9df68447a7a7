/** What a registry asks for. The password is masked in the log before it gets here. */
export interface RegistryCredentials {
  readonly username: string
  readonly password: string
}
