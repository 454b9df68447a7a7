import type { CheckPorts } from '../../src/check/check-request.ts'
import { folderContext } from '../../src/build-context/folder-context.ts'
import type { EcrAccess } from '../../src/ecr/ecr-connection.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { tagCatalogue } from '../../src/registry/tag-catalogue.ts'
import { baseCredentials } from '../base-registry.ts'
import { retryingHttp } from '../retrying-http.ts'
import type { CheckContext } from './form.ts'
import type { CheckInputs } from './inputs.ts'

/** Plugs in what the check asks of the outside, but for the repository. */
export function checkPorts(inputs: CheckInputs, context: CheckContext, aws: EcrAccess): Omit<CheckPorts, 'releases'> {
  const { sources, mirrors } = inputs
  const http = retryingHttp(context)
  const catalogue = tagCatalogue(http)
  return {
    registry: registryClient(http, mirrors, { credentials: baseCredentials(context, aws), mask: context.mask }),
    movedAt: (base, platform) => catalogue.movedAt(base, platform),
    hashContext: sources && (() => folderContext(sources.context, sources.dockerfile).hash(inputs)),
    now: new Date(),
  }
}
