import { dirname, resolve } from 'node:path'
import type { PlannedTest } from '../../src/build-and-test/build-and-test.ts'
import { loadDockerfile } from '../../src/build-context/load-dockerfile.ts'
import type { TestRequest } from '../../src/integration-test/ask-repeatedly.ts'
import type { TestMode } from '../../src/integration-test/test-mode.ts'
import { requireMounts } from '../build-secrets.ts'
import { warnOfUndeclared } from '../parse-assignments.ts'
import { readWorkspace } from '../read-workspace.ts'
import type { BuildTestContext } from './form.ts'

type BuildTestInputs = BuildTestContext['inputs']

/**
 * Reads the form's part about the integration test; undefined where there is no test. Secrets are hidden in the log from
 * here on. Throws InvalidInput.
 */
export async function readTestInputs({
  inputs,
  log,
  variable,
}: Pick<BuildTestContext, 'inputs' | 'log' | 'variable'>): Promise<PlannedTest | undefined> {
  const file = inputs.testDockerfile()
  if (file === undefined) return undefined
  const context = resolve(inputs.testContextPath() ?? dirname(file))
  const baseImage = inputs.testBaseImage()
  const dockerfile = await loadDockerfile({
    contextInput: 'testContextPath',
    context,
    dockerfileInput: 'testDockerfile',
    dockerfile: file,
    workspace: readWorkspace({ variable }),
  })
  const buildArguments = inputs.testBuildArguments()
  const secrets = inputs.testBuildSecrets()
  requireMounts('testBuildSecrets', secrets, dockerfile)
  const undeclared = warnOfUndeclared('testBuildArguments', Object.keys(buildArguments), dockerfile)
  if (undeclared !== undefined) log.warning(undeclared)
  const application = {
    dockerfile,
    context,
    ...(baseImage !== undefined && { baseImage }),
    buildArguments,
    secrets,
    failsOnWarnings: inputs.failOnTestBuildWarnings(),
  }
  return { application, mode: readTestMode(inputs) }
}

function readTestMode(inputs: BuildTestInputs): TestMode {
  const kind = inputs.testMode()
  if (kind === 'build') return { kind }
  const environment = inputs.containerEnvironment()
  const timeLimit = inputs.startupTimeoutSeconds()
  if (kind === 'exitCode') return { kind, environment, timeLimit }
  return {
    kind,
    environment,
    timeLimit,
    port: inputs.containerPort(),
    request: readRequest(inputs),
  }
}

function readRequest(inputs: BuildTestInputs): TestRequest {
  const body = inputs.requestBody()
  return {
    method: inputs.requestMethod(),
    path: inputs.requestPath(),
    headers: inputs.requestHeaders(),
    ...(body !== undefined && { body }),
    expectedStatus: inputs.expectedStatus(),
  }
}
