/** What a person gave is wrong. Nothing was touched yet; the message names the input and says what it should be. */
export class InputError extends Error {
  override readonly name = 'InputError'
  /** The task's input, by its name in YAML. */
  readonly input: string
  /** The message without its first words, which name the input. */
  readonly problem: string

  constructor(input: string, problem: string, options?: ErrorOptions) {
    super(`The input "${input}" ${problem}`, options)
    this.input = input
    this.problem = problem
  }
}
