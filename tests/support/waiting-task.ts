import { runTask } from '../../src/pipelines/run-task.ts'
import { noForm } from './no-form.ts'

/** A task that works until it is cancelled. */
void runTask(noForm, async ({ signal, log }) => {
  await new Promise((_, reject) => {
    const alive = setInterval(() => undefined, 1000)
    signal.addEventListener('abort', () => {
      clearInterval(alive)
      reject(signal.reason as Error)
    })
    log.info('waiting')
  })
  return 'Never cancelled.'
})
