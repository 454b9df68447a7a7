import { readFile } from 'node:fs/promises'
import { checkPlatformImage } from '../../src/check/check-platform-image.ts'
import { chooseBase } from '../../src/check/choose-base.ts'
import { decisionLine } from '../../src/check/explain.ts'
import { summarizeDecision } from '../../src/check/summarize.ts'
import { locateDockerfile } from '../../src/dockerfile/locate-dockerfile.ts'
import { httpClient } from '../../src/http/http-client.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { openRepository } from '../open-repository.ts'
import { readMirrors, readPlatform } from '../read-inputs.ts'
import { decisionOutputs } from './outputs.ts'

void runTask(async (context) => {
  const { inputs, run, signal, output, summarize } = context
  output({ started: true })
  const { line, repository } = openRepository(context)
  const platform = readPlatform(inputs)
  const mirrors = readMirrors(context)
  const dockerfile = await locateDockerfile({
    contextInput: 'contextPath',
    context: inputs.folder('contextPath'),
    dockerfileInput: 'dockerfile',
    dockerfile: inputs.optionalText('dockerfile') ?? 'Dockerfile',
  })
  const base = chooseBase(await readFile(dockerfile, 'utf8'), platform, inputs.optionalText('baseImage'))
  const forced = inputs.flag('forceUpdate')

  const registry = registryClient(httpClient({ signal }), mirrors)
  const request = { line, base, platform, forced, mirrors, run: run.id }
  const decision = await checkPlatformImage(request, { registry, releases: repository })

  output(decisionOutputs(decision))
  await summarize(summarizeDecision(decision))
  return decisionLine(decision)
})
