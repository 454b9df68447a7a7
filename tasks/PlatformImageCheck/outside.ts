import type { Outside } from '../../src/check/check-platform-image.ts'
import { hashContext, type HashRequest } from '../../src/context/hash-context.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { registryClient } from '../../src/registry/registry-client.ts'
import { tagCatalogue } from '../../src/registry/tag-catalogue.ts'
import { baseCredentials, patientHttp } from '../base-registry.ts'
import type { CheckInputs, Sources } from './inputs.ts'

/** Plugs in what the check asks of the outside, but for the repository. */
export function checkOutside(inputs: CheckInputs, context: TaskContext): Omit<Outside, 'releases'> {
  const { sources, mirrors } = inputs
  const http = patientHttp(context)
  const catalogue = tagCatalogue(http)
  return {
    registry: registryClient(http, mirrors, { credentials: baseCredentials(context), mask: context.mask }),
    movedAt: (base, platform) => catalogue.movedAt(base, platform),
    hashContext: sources && (() => hashContext(hashRequest(sources, inputs))),
    now: new Date(),
  }
}

function hashRequest({ context, dockerfile }: Sources, { target, buildArguments }: CheckInputs): HashRequest {
  const made = { buildArguments, ...(target !== undefined && { target }) }
  return { context, dockerfile: dockerfile.path, dockerfileText: dockerfile.text, ...made }
}
