import { parseMirrors } from '../src/model/mirrors.ts'
import { connection, optionalList } from '../src/pipelines/fields.ts'
import { connectionCredentials } from '../src/registry/connection-credentials.ts'
import { awsInputs } from './aws-inputs.ts'

/** Where base images come from, and who may read them. */
export const baseInputs = {
  registryMirrors: optionalList(parseMirrors),
  baseRegistryConnection: connection('dockerregistry', connectionCredentials),
  ...awsInputs,
} as const
