import { invalidInput } from '../src/model/invalid-input.ts'
import type { StepContext } from '../src/pipelines/run-task.ts'

/** What an input gives by names, and where its values can be read afterwards. */
interface OpenValues {
  readonly input: string
  readonly values: Readonly<Record<string, string>>
  /** `the output "buildRecord"`. */
  readonly shownIn: string
}

/** Throws InvalidInput where one of the values holds that of a secret variable. */
export function requireNoSecrets(
  { input, values, shownIn }: OpenValues,
  { holdsSecret }: Pick<StepContext, 'holdsSecret'>,
): void {
  const [name] = Object.entries(values).find(([, value]) => holdsSecret(value)) ?? []
  if (name === undefined) return
  const reason = `gives ${name} the value of a secret variable, which everybody could read in ${shownIn}`
  const rule = 'Give it to the input "buildSecrets" of PlatformImageBuildTest, and read it by RUN --mount=type=secret'
  throw invalidInput(input, reason, rule, { mistake: 'secret' })
}
