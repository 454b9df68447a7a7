import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reactions } from '../../support/scripted-webhook.ts'
import { assertShowsNoSecret, readAll, watchCommandLines } from '../../support/secret-scan.ts'
import { authorization, startTasksUnderTest, type TasksUnderTest, type Way } from '../../support/tasks-under-test.ts'
import type { Situation } from '../../support/webhook-contract.ts'

const connection = '0d1e2f3a-0000-4000-8000-000000000001'

describe('the webhook of TeamsNotify', () => {
  let tasks: TasksUnderTest
  let folder: string

  before(async function () {
    this.timeout(60_000)
    tasks = await startTasksUnderTest()
    folder = await mkdtemp(join(tmpdir(), 'webhook-secrets-'))
  })
  after(async () => {
    await tasks.stop()
    await rm(folder, { recursive: true })
  })

  const ways: readonly (readonly [what: string, way: () => Way])[] = [
    ['a variable', () => ({})],
    [
      'a service connection',
      () => ({
        inputs: { connection, webhookUrl: '' },
        environment: authorization(connection, { webhookUrl: tasks.webhook.url }),
      }),
    ],
  ]
  for (const [what, way] of ways) {
    for (const situation of Object.keys(reactions) as Situation[]) {
      it(`comes from ${what}, and is shown nowhere where ${situation}`, async () => {
        tasks.webhook.answer(reactions[situation], reactions['a workflow takes it'])
        const temporary = await mkdtemp(join(folder, 'temporary-'))
        const commandLines = watchCommandLines()
        const { inputs, environment } = way()

        const run = await tasks.run('TeamsNotify', {
          inputs: { title: 'A new version', ...inputs },
          variables: { 'System.Debug': 'true', 'Agent.ProxyUrl': '' },
          environment: { AGENT_TEMPDIRECTORY: temporary, ...environment },
        })

        assert.ok(tasks.webhook.url.endsWith(tasks.webhook.server.requests.at(-1)?.path ?? 'nothing'))
        assertShowsNoSecret(
          {
            output: run.shown,
            message: run.message ?? '',
            cards: tasks.webhook.server.requests.map(({ body }) => body).join('\n'),
            'temporary files': (await readAll(temporary)).join('\n'),
            'command lines': commandLines.stop().join('\n'),
          },
          [tasks.webhook.url, '/workflows/1a2b/triggers/manual/paths/invoke', 'hunter/2', 'hunter%2F2'],
        )
      }).timeout(30_000)
    }
  }
})
