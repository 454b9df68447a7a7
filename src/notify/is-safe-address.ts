const thisMachine: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** Whether nobody on the way can read or change what goes to an address: https, or http to this machine. */
export function isSafeAddress({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && thisMachine.includes(hostname))
}
