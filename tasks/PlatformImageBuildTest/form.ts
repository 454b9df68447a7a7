import { parseExpectedStatus } from '../../src/integration-test/expected-status.ts'
import { type BuildRecord, isRecordLabel, parseBuildRecord } from '../../src/model/build-record.ts'
import { InvalidValue } from '../../src/model/invalid-value.ts'
import type { NumberedLine } from '../../src/model/numbered-line.ts'
import { parsePlatform } from '../../src/model/platform.ts'
import { parseRepositoryName, parseTagPrefix } from '../../src/model/release-line.ts'
import { actions } from '../../src/model/verdict.ts'
import {
  choice,
  exactText,
  flag,
  folder,
  lines,
  optionalFile,
  optionalText,
  text,
  wholeNumber,
} from '../../src/pipelines/fields.ts'
import type { TaskForm } from '../../src/pipelines/form.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { explainContext } from '../../src/problems/explain-context.ts'
import { explainBuild } from '../../src/problems/explain-build.ts'
import { explainTest } from '../../src/problems/explain-test.ts'
import { explainDockerfile } from '../../src/problems/explain-dockerfile.ts'
import { explainRegistry } from '../../src/problems/explain-registry.ts'
import { explainAws } from '../../src/problems/explain-aws.ts'
import { explainEcr } from '../../src/problems/explain-ecr.ts'
import { explainEngine } from '../../src/problems/explain-engine.ts'
import { baseInputs } from '../base-inputs.ts'
import { parseSecrets } from '../build-secrets.ts'
import { assignments, parseBuildArguments } from '../parse-assignments.ts'
import { parseRequestHeaders, parseRequestPath } from './parse-request.ts'

/** What PlatformImageBuildTest is told, and what it answers. */
export const buildTestTask = {
  inputs: {
    action: choice(...actions),
    buildRecord: optionalText(parseRecord),
    contextPath: folder(),
    dockerfile: optionalText(),
    target: optionalText(),
    platform: optionalText(parsePlatform),
    buildArguments: lines(parseBuildArguments),
    buildSecrets: lines(parseSecrets),
    labels: lines(parseLabels),
    layerCache: choice('auto', 'use', 'ignore'),
    ...baseInputs,
    imageArchive: optionalText(),
    repositoryName: optionalText(parseRepositoryName),
    tagPrefix: optionalText(parseTagPrefix),
    testDockerfile: optionalFile(),
    testContextPath: optionalText(),
    testBaseImage: optionalText(),
    testBuildArguments: lines(parseBuildArguments),
    testBuildSecrets: lines(parseSecrets),
    failOnTestBuildWarnings: flag(true),
    testMode: choice('request', 'exitCode', 'build'),
    startupTimeoutSeconds: wholeNumber({ from: 1, to: 3600, default: 60 }),
    containerEnvironment: lines(assignments({ what: 'variable', form: 'NAME=value', name: /^[^\s=]+$/ })),
    containerPort: wholeNumber({ from: 1, to: 65_535, default: 8080 }),
    requestMethod: choice('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
    requestPath: text(parseRequestPath, { default: '/' }),
    requestHeaders: lines(parseRequestHeaders),
    requestBody: exactText(),
    expectedStatus: text(parseExpectedStatus, { default: '200' }),
  },
  outputs: ['image', 'imageId', 'imageArchive', 'testResult'],
  problems: [
    explainBuild,
    explainTest,
    explainDockerfile,
    explainRegistry,
    explainAws,
    explainEcr,
    explainEngine,
    explainContext,
  ],
} as const satisfies TaskForm

export type BuildTestContext = TaskContext<typeof buildTestTask>

function parseRecord(json: string): BuildRecord {
  try {
    return parseBuildRecord(json)
  } catch (cause) {
    const rule = 'Give the output "buildRecord" of PlatformImageCheck'
    throw new InvalidValue('is not a build record', rule, { cause })
  }
}

const parseLabelLines = assignments({ what: 'label', form: 'name=value', name: /^[A-Za-z0-9][\w./-]*$/ })

function parseLabels(labelLines: readonly NumberedLine[]): Record<string, string> {
  const labels = parseLabelLines(labelLines)
  const taken = Object.keys(labels).find(isRecordLabel)
  if (taken === undefined) return labels
  throw new InvalidValue(`gives ${taken}, which the build record writes itself`, 'Choose another name')
}
