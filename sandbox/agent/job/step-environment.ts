import { delimiter } from 'node:path'
import type { ServiceConnection } from '../contract.ts'
import type { JobState } from './job-state.ts'
import type { TaskVariables } from './step-context.ts'
import type { TaskInputs } from './task-inputs.ts'
import type { ResolvedVariables } from './variables.ts'

export type Environment = Record<string, string>

/** What every step gets: the agent's environment, the step's `env`, the public variables, the prepended PATH. */
export function commonEnvironment(
  job: JobState,
  stepEnvironment: ReadonlyMap<string, string>,
  variables: ResolvedVariables,
): Environment {
  const environment: Environment = { ...job.environment }
  for (const [name, value] of stepEnvironment) environment[name] = variables.expand(value).trim()
  for (const { name, value, isSecret } of variables.all) if (!isSecret) environment[environmentName(name)] = value
  environment['agent.jobstatus'] = job.status
  environment.TF_BUILD = 'True'
  const path = [...job.prependedPaths, environment.PATH ?? ''].filter((folder) => folder !== '')
  environment.PATH = path.join(delimiter)
  return environment
}

/** What a task gets on top: inputs, service connections, the job's token, secrets and task variables. */
export function taskEnvironment(
  inputs: TaskInputs,
  variables: ResolvedVariables,
  taskVariables: TaskVariables,
): Environment {
  const environment: Environment = { ...namesOfVariables(variables), ...jobTokenEnvironment(variables) }
  for (const { name, value, isSecret } of variables.all) {
    if (isSecret) environment[`SECRET_${environmentName(name)}`] = value
  }
  for (const [name, value] of inputs.values) environment[`INPUT_${environmentName(name)}`] = value
  for (const connection of inputs.connections) Object.assign(environment, connectionEnvironment(connection))
  for (const { name, value } of taskVariables.values()) {
    environment[`VSTS_TASKVARIABLE_${environmentName(name)}`] = value
  }
  return environment
}

function namesOfVariables(variables: ResolvedVariables): Environment {
  const names = (isSecret: boolean) =>
    variables.all.filter((variable) => variable.isSecret === isSecret).map(({ name }) => name)
  return {
    VSTS_PUBLIC_VARIABLES: JSON.stringify(names(false)),
    VSTS_SECRET_VARIABLES: JSON.stringify(names(true)),
  }
}

function jobTokenEnvironment(variables: ResolvedVariables): Environment {
  return connectionEnvironment({
    id: 'SYSTEMVSSCONNECTION',
    url: variables.get('System.TeamFoundationCollectionUri') ?? '',
    scheme: 'OAuth',
    parameters: { AccessToken: variables.get('System.AccessToken') ?? '' },
  })
}

function connectionEnvironment(
  connection: Pick<ServiceConnection, 'id' | 'url' | 'scheme' | 'parameters' | 'data'>,
): Environment {
  const { id, url, scheme, parameters, data } = connection
  const environment: Environment = {
    [`ENDPOINT_URL_${id}`]: url,
    [`ENDPOINT_AUTH_${id}`]: JSON.stringify({ parameters, scheme }),
    [`ENDPOINT_AUTH_SCHEME_${id}`]: scheme,
  }
  for (const [key, value] of Object.entries(parameters)) {
    environment[`ENDPOINT_AUTH_PARAMETER_${id}_${environmentName(key)}`] = value
  }
  if (data === undefined) return environment
  environment[`ENDPOINT_DATA_${id}`] = JSON.stringify(data)
  for (const [key, value] of Object.entries(data)) environment[`ENDPOINT_DATA_${id}_${environmentName(key)}`] = value
  return environment
}

function environmentName(name: string): string {
  return name.replace(/[. ]/g, '_').toUpperCase()
}
