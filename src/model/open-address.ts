import { printable } from './printable.ts'

/**
 * A repository's address can carry a user name, a password or a token; what goes into an image must not. What is no
 * address that can be taken apart goes as a whole.
 */
export function openAddress(address: string): string | undefined {
  const whole = printable(address).trim()
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(whole)) {
    // Git's own form, `git@host:path`, and a path of the file system.
    const [path = '', ...more] = whole.replace(/^[^?#]*@/, '').split(/[?#]/)
    return more.some((part) => part.includes('@')) ? undefined : path
  }
  if (!URL.canParse(whole)) return undefined
  const url = new URL(whole)
  url.username = ''
  url.password = ''
  url.search = ''
  url.hash = ''
  return url.href
}
