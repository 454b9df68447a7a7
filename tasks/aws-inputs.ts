import type { AwsConnection } from '../src/aws/parse-aws-connection.ts'
import { connection } from '../src/pipelines/fields.ts'

/** Who asks AWS. */
export const awsInputs = {
  awsCredentials: connection('AWS', (fields, _mask, id): AwsConnection => ({ id, fields })),
} as const
