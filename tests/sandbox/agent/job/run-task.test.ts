import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { PipelineRequest, ServiceConnection } from '../../../../sandbox/agent/run-pipeline.ts'
import { aTask, aWorkspace } from '../workspace.ts'

const connection: ServiceConnection = {
  name: 'aws-dev',
  id: '0b5c0d6e-2f0a-4f35-9c11-5d1e5b8f0a77',
  type: 'AWS',
  url: 'https://aws.example',
  scheme: 'UsernamePassword',
  parameters: { username: 'AKIDEXAMPLE', 'role arn': 'arn:aws:role' },
  data: { registryType: 'ECR' },
}
const inputs = [
  { name: 'plain', type: 'string', defaultValue: ' default $(Build.BuildId) ', aliases: ['old'] },
  { name: 'file', type: 'filePath', defaultValue: '' },
  { name: 'flag', type: 'boolean', defaultValue: false },
  { name: 'awsCredentials', type: 'connectedService:AWS' },
]

/** Runs one step of a task that saves its environment, and gives that environment. */
async function environmentOf(step: string, request: Partial<PipelineRequest> = {}) {
  const task = aTask('Save', `require('node:fs').writeFileSync('environment.json', JSON.stringify(process.env))`, {
    inputs,
  })
  const workspace = aWorkspace({ sources: { 'azure-pipelines.yml': `steps:\n- task: Save@1\n${step}` }, tasks: task })
  await workspace.run({ connections: [connection, { ...connection, name: 'other', id: 'other' }], ...request })
  const saved: unknown = JSON.parse(readFileSync(join(workspace.sources, 'environment.json'), 'utf8'))
  return { environment: saved as Readonly<Record<string, string>>, workspace }
}

describe('runTask: the environment of the process', () => {
  it('holds inputs with defaults, trimmed and expanded, and rooted paths', async () => {
    const { environment, workspace } = await environmentOf('')

    assert.equal(environment.INPUT_PLAIN, 'default 7')
    assert.equal(environment.INPUT_FILE, workspace.sources)
    assert.equal(environment.INPUT_FLAG, 'false')
    assert.equal(environment.INPUT_AWSCREDENTIALS, '')
  })

  it('holds what the YAML gives, by name or alias, whatever the case', async () => {
    const { environment, workspace } = await environmentOf(
      `  inputs: { OLD: " $(Build.BuildId) $(FROM_MACHINE) $(unknown) ", File: a/b, flag: true }\n`,
      { environment: { PATH: process.env.PATH ?? '', FROM_MACHINE: 'm' } },
    )

    assert.equal(environment.INPUT_PLAIN, '7 m $(unknown)')
    assert.equal(environment.INPUT_FILE, join(workspace.sources, 'a/b'))
    assert.equal(environment.INPUT_FLAG, 'true')
  })

  it('holds the variables: public ones as they are, secret ones apart', async () => {
    const { environment, workspace } = await environmentOf('  env: { MINE: $(Build.BuildId) }\n', {
      variables: { 'my.public var': 'p' },
      secretVariables: { 'My.Secret': 's3cret' },
    })

    assert.equal(environment.MY_PUBLIC_VAR, 'p')
    assert.equal(environment.SECRET_MY_SECRET, 's3cret')
    assert.equal(environment.MY_SECRET, undefined)
    assert.equal(environment.MINE, '7')
    assert.ok((JSON.parse(environment.VSTS_PUBLIC_VARIABLES ?? '') as string[]).includes('my.public var'))
    assert.deepEqual(JSON.parse(environment.VSTS_SECRET_VARIABLES ?? ''), ['System.AccessToken', 'My.Secret'])
    assert.equal(environment.TF_BUILD, 'True')
    assert.equal(environment.AGENT_JOBSTATUS, 'Succeeded')
    assert.equal(environment['agent.jobstatus'], 'Succeeded')
    assert.equal(environment.SYSTEM_DEFAULTWORKINGDIRECTORY, workspace.sources)
    assert.ok(existsSync(environment.AGENT_TEMPDIRECTORY ?? ''))
    assert.equal(environment.COMMAND_CORRELATION_ID, undefined)
    assert.equal(environment.HOME, undefined)
  })

  // An agent with --sslcacert has these variables: the files are the host's, and a task in a container does not see them.
  it('holds the agent’s proxy and authorities where they are given as variables', async () => {
    const { environment } = await environmentOf('', { variables: { 'Agent.CAInfo': '/not/in/the/container.pem' } })

    assert.equal(environment.AGENT_CAINFO, '/not/in/the/container.pem')
  })

  it('holds the job token and the service connections that the inputs name, no others', async () => {
    const { environment } = await environmentOf('  inputs: { awsCredentials: aws-dev }\n')
    const { id } = connection

    assert.equal(environment.INPUT_AWSCREDENTIALS, id)
    assert.equal(environment[`ENDPOINT_URL_${id}`], 'https://aws.example')
    assert.equal(environment[`ENDPOINT_AUTH_SCHEME_${id}`], 'UsernamePassword')
    assert.equal(environment[`ENDPOINT_AUTH_PARAMETER_${id}_USERNAME`], 'AKIDEXAMPLE')
    assert.equal(environment[`ENDPOINT_AUTH_PARAMETER_${id}_ROLE_ARN`], 'arn:aws:role')
    assert.deepEqual(JSON.parse(environment[`ENDPOINT_AUTH_${id}`] ?? ''), {
      parameters: connection.parameters,
      scheme: 'UsernamePassword',
    })
    assert.equal(environment[`ENDPOINT_DATA_${id}_REGISTRYTYPE`], 'ECR')
    assert.equal(environment.ENDPOINT_URL_other, undefined)
    assert.equal(
      environment.ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN,
      environment.SECRET_SYSTEM_ACCESSTOKEN,
    )
  })

  it('gets a stand-in for a service connection that is not there, by its name and type', async () => {
    const standIn = (name: string, type: string) => ({ ...connection, name, id: `stand-in-for-${name}`, type })

    const { environment } = await environmentOf('  inputs: { awsCredentials: "theirs,aws-dev" }', { standIn })

    assert.equal(environment.INPUT_AWSCREDENTIALS, `stand-in-for-theirs,${connection.id}`)
    assert.ok(environment['ENDPOINT_AUTH_stand-in-for-theirs']?.includes('AKIDEXAMPLE'))
  })

  it('gets none where the stand-in knows none of that type', async () => {
    await assert.rejects(environmentOf('  inputs: { awsCredentials: theirs }', { standIn: () => undefined }), {
      name: 'PipelineError',
      message: /service connection theirs which could not be found$/,
    })
  })

  const errors: readonly (readonly [what: string, file: string, message: RegExp])[] = [
    [
      'an unknown task',
      '- task: Other@1',
      /^azure-pipelines\.yml:2:3: There is no task 'Other@1'\. Known tasks: Save@1$/,
    ],
    [
      'an unknown input',
      '- task: Save@1\n  inputs: { plane: x }',
      /^azure-pipelines\.yml:3:20: The task 'Save' has no input 'plane'$/,
    ],
    [
      'a service connection of another type',
      '- task: Save@1\n  inputs: { awsCredentials: hub }',
      /^azure-pipelines\.yml:3:29: The input 'awsCredentials' expects a service connection of type AWS, but the service connection hub is of type dockerregistry$/,
    ],
    [
      'an unknown service connection',
      '- bash: echo ran\n- task: Save@1\n  inputs: { awsCredentials: nobody }',
      /^azure-pipelines\.yml:4:29: The input 'awsCredentials' references service connection nobody which could not be found$/,
    ],
  ]
  for (const [what, steps, message] of errors) {
    it(`is not made for ${what}: nothing runs`, async () => {
      const workspace = aWorkspace({
        sources: { 'azure-pipelines.yml': `steps:\n${steps}\n` },
        tasks: aTask('Save', '', { inputs }),
      })

      const hub = { ...connection, name: 'hub', id: 'hub', type: 'dockerregistry' }
      await assert.rejects(workspace.run({ connections: [hub] }), { name: 'PipelineError', message })

      assert.deepEqual(workspace.lines, [])
    })
  }

  it('refuses a task that has no Node handler', async () => {
    const tasks = aTask('Old', '', { execution: { PowerShell3: { target: 'a.ps1' } } })
    const workspace = aWorkspace({ sources: { 'azure-pipelines.yml': 'steps:\n- task: Old@1\n' }, tasks })
    await assert.rejects(workspace.run(), /A supported task execution handler was not found/)
  })
})

describe('runTask: a task written with azure-pipelines-task-lib', () => {
  it('reads its inputs and speaks to the agent', async () => {
    const library = createRequire(import.meta.url).resolve('azure-pipelines-task-lib/task')
    const script = `
      const tl = require(${JSON.stringify(library)})
      const id = tl.getInput('awsCredentials', true)
      console.log(tl.getInput('plain'), tl.getBoolInput('flag'), tl.filePathSupplied('file'))
      console.log(tl.getEndpointUrlRequired(id), tl.getEndpointAuthorizationParameter(id, 'username', true).length)
      console.log(tl.getVariable('My.Secret').length, tl.getVariable('Build.BuildId'))
      tl.setVariable('text', 'a;b]c%d\\ne', false, true)
      tl.warning('careful')
      tl.setResult(tl.TaskResult.Failed, 'it broke')`
    const file = `steps:
- task: Lib@1
  name: lib
  inputs: { plain: x, flag: True, awsCredentials: aws-dev }
`
    const workspace = aWorkspace({ sources: { 'azure-pipelines.yml': file }, tasks: aTask('Lib', script, { inputs }) })
    const { steps } = await workspace.run({ connections: [connection], secretVariables: { 'My.Secret': 's3cret' } })

    assert.deepEqual(steps[0]?.lines.slice(8, -1), [
      'x true false',
      'https://aws.example 11',
      '6 7',
      '##[warning]careful',
      '##[error]it broke',
    ])
    assert.deepEqual(steps[0].outputs, { text: 'a;b]c%d\ne' })
    assert.equal(steps[0].result, 'Failed')
  })
})
