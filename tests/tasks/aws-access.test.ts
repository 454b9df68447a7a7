import assert from 'node:assert/strict'
import { ecrCredentials } from '../../src/ecr/ecr-sign-in.ts'
import { type AwsContext, awsAccess, lenientAwsAccess } from '../../tasks/aws-access.ts'
import { awsInputs } from '../../tasks/aws-inputs.ts'
import { capturedLog } from '../support/captured-log.ts'
import { mapInputs } from '../support/map-inputs.ts'
import { rejects, throws } from '../support/problems.ts'

/** A context with these variables, and with a connection of these fields. */
function contextWith(variables: Record<string, string>, awsCredentials?: Record<string, string>): AwsContext {
  return {
    inputs: mapInputs(awsInputs, { awsCredentials }),
    variable: (name) => variables[name],
    secretVariable: (name) => variables[name],
    jobToken: () => undefined,
    mask: () => undefined,
    log: capturedLog(),
    signal: new AbortController().signal,
  }
}

describe('lenientAwsAccess', () => {
  const halfAKey = contextWith({ 'AWS.AccessKeyID': 'AKIDEXAMPLE' })

  it('tells what is missing only where somebody signs in', async () => {
    throws(() => awsAccess(halfAKey), { field: 'awsCredentials', mistake: 'missing' })

    const credentialsFor = ecrCredentials(lenientAwsAccess(halfAKey), () => undefined)

    assert.equal(await credentialsFor('mcr.microsoft.com'), undefined)
    await rejects(credentialsFor('123456789012.dkr.ecr.eu-west-1.amazonaws.com'), {
      name: 'InvalidInput',
      field: 'awsCredentials',
    })
  })

  it('tells what is wrong at once', () => {
    throws(() => lenientAwsAccess(contextWith({}, { useOIDC: 'true' })), {
      field: 'awsCredentials',
      mistake: 'invalid',
    })
  })

  it('is the same where nothing is missing', () => {
    const key = { username: 'AKIDEXAMPLE', password: 'secret' }

    assert.equal(lenientAwsAccess(contextWith({}, key)).credentials.kind, 'static')
  })
})
