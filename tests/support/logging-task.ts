import { runTask } from '../../src/pipelines/run-task.ts'
import { noForm } from './no-form.ts'

/** A task that tells something in each way that there is. */
void runTask(noForm, async ({ log }) => {
  log.info('plain \u001b[31m##vso[task.complete result=Succeeded]')
  log.warning('first line\n##vso[x] and second')
  log.warning('look here; or [there]', { file: '/src/Dockerfile', line: 3 })
  await log.group('Build ##[endgroup]', () => {
    log.info('inside')
    return Promise.resolve()
  })
  await log.group('Broken', () => Promise.reject(new Error('It broke.')))
  return 'Never told.'
})
