import type { PipelineRequest } from '../contract.ts'
import type { Dependencies } from '../expressions/graph-conditions.ts'
import { runtimeValue } from '../expressions/runtime-value.ts'
import type { RunIdentity } from '../job/predefined-variables.ts'
import { runVariables } from '../job/predefined-variables.ts'
import { Variables } from '../job/variables.ts'
import type { VariableDeclaration } from '../template/variable-declarations.ts'

/** What the variables of a whole run come from. */
export interface VariableSources {
  readonly identity: RunIdentity
  readonly request: Pick<PipelineRequest, 'variables' | 'secretVariables'>
  readonly pipeline: { readonly variables: readonly VariableDeclaration[] }
}

/** What only an agent has: its predefined variables, and the token of the job. */
export interface AgentFacts {
  readonly variables: Readonly<Record<string, string>>
  readonly token: string
}

/** Predefined variables, then those at the top of the file, then those given when the run was queued. */
export function variablesOfRun({ identity, request, pipeline }: VariableSources, agent?: AgentFacts): Variables {
  const variables = new Variables()
  const predefined = { ...runVariables(identity), ...agent?.variables }
  for (const [name, value] of Object.entries(predefined)) variables.set(name, value)
  if (agent !== undefined) variables.set('System.AccessToken', agent.token, { isSecret: true })
  declare(variables, pipeline.variables, new Map())
  for (const [name, value] of Object.entries(request.variables ?? {})) variables.set(name, value)
  for (const [name, value] of Object.entries(request.secretVariables ?? {})) {
    variables.set(name, value, { isSecret: true })
  }
  return variables
}

/**
 * Adds the variables of one section, which win over those before; a whole `$[ expression ]` is evaluated. What holds
 * one of the secrets becomes a secret. Throws a PipelineError where an expression cannot be evaluated.
 */
export function declare(
  variables: Variables,
  section: readonly VariableDeclaration[],
  dependencies: Dependencies,
  secrets: ReadonlySet<string> = new Set(),
): void {
  for (const { name, value, isReadOnly, at } of section) {
    const evaluated = runtimeValue(value, variables.resolve().values, at, dependencies)
    const isSecret = [...secrets].some((secret) => evaluated.includes(secret))
    variables.set(name, evaluated, { isReadOnly, isSecret })
  }
}
