import type { BuildAndTestPorts, BuildAndTestRequest } from '../../src/build-and-test/build-and-test.ts'
import { folderContext } from '../../src/build-context/folder-context.ts'
import type { DockerEngine } from '../../src/docker/docker-engine.ts'
import { partialArchive } from '../../src/docker/save-image.ts'
import { askApplication } from '../../src/http/ask-application.ts'
import { sleepFor } from '../../src/http/sleep-for.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { awsAccess, lenientAwsAccess } from '../aws-access.ts'
import { baseCredentials } from '../base-registry.ts'
import { retryingHttp } from '../retrying-http.ts'
import type { BuildTestContext } from './form.ts'
import { reportChecks } from './report-checks.ts'

type Sources = Pick<BuildAndTestRequest, 'planned' | 'context' | 'dockerfile'>

/** Plugs in what BuildTest asks of the outside. */
export function buildTestPorts(
  { planned, context: folder, dockerfile }: Sources,
  engine: DockerEngine,
  context: BuildTestContext,
): BuildAndTestPorts {
  const { inputs, mask, output, tell, hideSecrets, leaveForPostJob, log } = context
  const aws = inputs.action() === 'validate' ? lenientAwsAccess(context) : awsAccess(context)
  const credentialsFor = baseCredentials(context, aws)
  const { mirrors } = planned.kind === 'checked' ? planned.record : planned.build
  const registry = registryClient(retryingHttp(context), mirrors, { credentials: credentialsFor, mask })
  return {
    engine,
    registry,
    resolvePlatform: registry.resolvePlatform.bind(registry),
    buildContext: folderContext(folder, dockerfile),
    credentialsFor,
    send: (request) => askApplication(request, context),
    sleep: sleepFor,
    async saveImage(name, file) {
      leaveForPostJob('partialArchive', partialArchive(file))
      await engine.save(name, file)
    },
    onBuilt: ({ name, image }) => {
      output({ image: name, imageId: image.id })
    },
    recording: { tell, hideSecrets },
    report: (report) => reportChecks(report, context),
    log,
  }
}
