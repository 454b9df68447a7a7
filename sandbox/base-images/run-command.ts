import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a program and returns its standard output; a failure names the command and shows its last lines. */
export async function runCommand(command: string, commandArguments: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(command, commandArguments, { maxBuffer: 64 * 1024 * 1024 })
    return stdout
  } catch (cause) {
    const output =
      cause instanceof Error && 'stdout' in cause && 'stderr' in cause
        ? `${String(cause.stdout)}${String(cause.stderr)}`
        : String(cause)
    throw new Error(`${command} failed: ${output.trim().split('\n').slice(-8).join('\n')}`, { cause })
  }
}
