/** What a person can set to mend a problem, by the name that every form has for it. */
export const settings = [
  'allowPullRequests',
  'awsCredentials',
  'baseImage',
  'baseRegistryConnection',
  'buildArguments',
  'compareBy',
  'containerPort',
  'createRepository',
  'dockerfile',
  'encryptionKey',
  'failOnTestBuildWarnings',
  'imageArchive',
  'payloadShape',
  'platform',
  'regionName',
  'registryMirrors',
  'repositoryName',
  'tagPrefix',
  'target',
  'testBuildArguments',
  'testMode',
  'whenOutOfSupport',
  'whenUnverifiable',
] as const
export type Setting = (typeof settings)[number]

/** How the running task's form calls a setting: `the input "registryMirrors"`; missing where the form has no such input. */
export type Words = Readonly<Partial<Record<Setting, string>>>

/** The words of a form with these inputs: a message cannot name an input that the form lacks. */
export function wordsOf(inputs: readonly string[]): Words {
  return Object.fromEntries(
    settings.filter((setting) => inputs.includes(setting)).map((setting) => [setting, `the input "${setting}"`]),
  )
}

/** `Check the FROM of the Dockerfile, or the input "baseImage"`: of these, what there is to check; nothing where that is none. */
export function check(...things: readonly (string | undefined)[]): string[] {
  return join('Check', things)
}

/** How many names of a list a message shows. */
const mostNames = 10

/** `a, b and 3 others`: what others wrote may be without end. */
export function listOf(names: readonly string[]): string {
  const others = names.length - mostNames
  const shown = names.slice(0, mostNames).join(', ')
  return others > 0 ? `${shown} and ${String(others)} others` : shown
}

/** As `check`, with another verb. */
export function join(verb: string, things: readonly (string | undefined)[], conjunction = 'and'): string[] {
  const known = things.filter((thing) => thing !== undefined)
  const last = known.at(-1)
  if (last === undefined) return []
  const list = known.length === 1 ? last : `${known.slice(0, -1).join(', ')} ${conjunction} ${last}`
  return [`${verb} ${list}`]
}
